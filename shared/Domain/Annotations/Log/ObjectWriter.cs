namespace CvatServerless.Domain.Annotations.Log;

/// <summary>Writes objects in the log's compact form. Every change of the layout needs a new <see cref="OperationCodec.Version"/>.</summary>
internal sealed class ObjectWriter(BinaryOutput output)
{
    private long _lastId;
    private int _lastFrame;

    public void Write(LabeledData data)
    {
        List(data.Tags, Tag);
        List(data.Shapes, Shape);
        List(data.Tracks, Track);
        List(data.Intervals, Interval);
    }

    private void List<T>(IReadOnlyList<T> items, Action<T> write)
    {
        output.Unsigned((ulong)items.Count);
        for (var index = 0; index < items.Count; index++)
        {
            write(items[index]);
        }
    }

    private void Tag(LabeledTag tag)
    {
        Head(tag.Id, tag.LabelId, tag.Source, tag.Group, tag.Attributes);
        Frame(tag.Frame);
    }

    private void Shape(LabeledShape shape)
    {
        Head(shape.Id, shape.LabelId, shape.Source, shape.Group, shape.Attributes);
        Frame(shape.Frame);
        Geometry(shape.Type, shape.Occluded, shape.Outside, shape.ZOrder, shape.Rotation, shape.Points, shape.Score);
        List(shape.Elements, Shape);
    }

    private void Track(LabeledTrack track)
    {
        Head(track.Id, track.LabelId, track.Source, track.Group, track.Attributes);
        Frame(track.Frame);
        List(track.Shapes, KeyFrame);
        List(track.Elements, Track);
    }

    private void KeyFrame(TrackedShape shape)
    {
        Id(shape.Id);
        Frame(shape.Frame);
        Attributes(shape.Attributes);
        Geometry(shape.Type, shape.Occluded, shape.Outside, shape.ZOrder, shape.Rotation, shape.Points, 1);
    }

    private void Interval(LabeledInterval interval)
    {
        Head(interval.Id, interval.LabelId, interval.Source, interval.Group, interval.Attributes);
        output.Signed(interval.StartMs);
        output.Signed(interval.StopMs ?? -1);
        output.Double(interval.Score);
    }

    private void Head(long id, int labelId, AnnotationSource source, int group, AttributeValue[] attributes)
    {
        Id(id);
        output.Signed(labelId);
        output.Byte((byte)source);
        output.Signed(group);
        Attributes(attributes);
    }

    private void Geometry(ShapeType type, bool occluded, bool outside, int zOrder, double rotation, double[] points, double score)
    {
        var flags = (occluded ? 1 : 0) | (outside ? 2 : 0) | (zOrder != 0 ? 4 : 0) | (rotation != 0 ? 8 : 0) | (score != 1 ? 16 : 0);
        output.Byte((byte)type);
        output.Byte((byte)flags);
        if (zOrder != 0)
        {
            output.Signed(zOrder);
        }

        if (rotation != 0)
        {
            output.Double(rotation);
        }

        if (score != 1)
        {
            output.Double(score);
        }

        PointsCodec.Write(output, points);
    }

    private void Attributes(AttributeValue[] attributes)
    {
        output.Unsigned((ulong)attributes.Length);
        foreach (var attribute in attributes)
        {
            output.Signed(attribute.SpecId);
            output.Text(attribute.Value);
        }
    }

    // Neighbours have close ids and frames: differences take a byte where the numbers take five.
    private void Id(long id)
    {
        output.Signed(id - _lastId);
        _lastId = id;
    }

    private void Frame(int frame)
    {
        output.Signed(frame - _lastFrame);
        _lastFrame = frame;
    }
}
