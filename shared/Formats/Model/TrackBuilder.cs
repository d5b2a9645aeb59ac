using CvatServerless.Domain.Annotations;

namespace CvatServerless.Formats.Model;

/// <summary>
/// Rebuilds a track from the shapes that it shows on each frame: kept are those that were key frames and the first and last of each visible stretch; where
/// frames are missing, the track is outside. Source: contract-annotations.md §2.5.
/// </summary>
internal sealed class TrackBuilder(IndexedLabel label, int group, AnnotationSource source)
{
    private readonly List<(TrackedShape Shape, bool IsKeyFrame)> _shapes = [];

    public void Add(TrackedShape shape, bool isKeyFrame) => _shapes.Add((shape, isKeyFrame));

    /// <summary>The track; <paramref name="stopFrame"/> is the last frame of the job or task.</summary>
    /// <exception cref="DatasetException">Two shapes stand on one frame.</exception>
    public LabeledTrack Build(int stopFrame)
    {
        _shapes.Sort(static (a, b) => a.Shape.Frame.CompareTo(b.Shape.Frame));
        var keys = new List<TrackedShape>();
        for (var index = 0; index < _shapes.Count; index++)
        {
            var (shape, isKeyFrame) = _shapes[index];
            int? previous = index > 0 ? _shapes[index - 1].Shape.Frame : null;
            int? next = index + 1 < _shapes.Count ? _shapes[index + 1].Shape.Frame : null;
            if (next == shape.Frame)
            {
                throw new DatasetException($"Found several track shapes on the same frame (frame {shape.Frame}, label '{label.Name}')");
            }

            var (begins, ends) = (previous != shape.Frame - 1, next != shape.Frame + 1);
            if (isKeyFrame || begins || ends)
            {
                keys.Add(shape with { Attributes = Only(shape.Attributes, mutable: true) });
            }

            if (ends && !shape.Outside && (next is not null || shape.Frame < stopFrame))
            {
                keys.Add(keys[^1] with { Frame = shape.Frame + 1, Outside = true });
            }
        }

        return new LabeledTrack
        {
            LabelId = label.Id,
            Frame = keys[0].Frame,
            Group = group,
            Source = source,
            Shapes = [.. keys],
            Attributes = Only(_shapes[^1].Shape.Attributes, mutable: false),
        };
    }

    private AttributeValue[] Only(AttributeValue[] values, bool mutable) =>
        Array.FindAll(values, value => label.Attributes.Any(attribute => attribute.Id == value.SpecId && attribute.Mutable == mutable));
}
