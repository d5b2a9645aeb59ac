using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Tracks;
using CvatServerless.Formats.Model;
using FrameShape = CvatServerless.Formats.Model.FrameShape;

namespace CvatServerless.Functions.Datasets;

/// <summary>
/// Annotations frame by frame, as dataset files want them: tags; shapes by z-order, plain ones before those of tracks; tracks interpolated on every frame,
/// outside ones left out. Source: contract-annotations.md §2.6.
/// </summary>
internal sealed class FrameTimeline
{
    private readonly ILookup<int, LabeledTag> _tags;
    private readonly ILookup<int, LabeledShape> _shapes;
    private readonly IReadOnlyList<LabeledTrack> _tracks;
    private readonly HashSet<int> _deletedFrames;

    /// <summary>Prepares for reading by frame; attributes are complete.</summary>
    public FrameTimeline(LabeledData data, IEnumerable<int> deletedFrames)
    {
        _tags = data.Tags.ToLookup(tag => tag.Frame);
        _shapes = data.Shapes.ToLookup(shape => shape.Frame);
        _tracks = data.Tracks;
        _deletedFrames = [.. deletedFrames];
    }

    /// <summary>What is on each of the frames, which are in order.</summary>
    public IEnumerable<FrameAnnotations> Between(IReadOnlyList<ExportFrame> frames)
    {
        if (frames.Count == 0)
        {
            yield break;
        }

        var tracked = Tracked(frames[0].Number, frames[^1].Number);
        foreach (var frame in frames)
        {
            var shapes = _shapes[frame.Number].Select(shape => new FrameShape(shape, null, false)).Concat(tracked[frame.Number]);
            yield return new(frame, [.. _tags[frame.Number]], [.. shapes.OrderBy(shape => shape.Shape.ZOrder)]);
        }
    }

    private ILookup<int, FrameShape> Tracked(int start, int stop)
    {
        var found = new List<FrameShape>();
        for (var index = 0; index < _tracks.Count; index++)
        {
            var track = _tracks[index];
            foreach (var (shape, isKeyFrame) in TrackInterpolation.Frames(track, start, stop, is3D: false, _deletedFrames))
            {
                if (!shape.Outside && Shape(track, shape) is { } visible)
                {
                    found.Add(new(visible, index, isKeyFrame));
                }
            }
        }

        return found.ToLookup(shape => shape.Shape.Frame);
    }

    /// <summary>The shape of a track on a frame; of a skeleton with its points there, null where all of them are absent.</summary>
    private LabeledShape? Shape(LabeledTrack track, TrackedShape shape)
    {
        var elements = track.Elements
            .Select(element => TrackInterpolation.At(element, shape.Frame, is3D: false, _deletedFrames) is { } at ? Plain(element, at.Shape, []) : null)
            .OfType<LabeledShape>()
            .ToArray();
        return track.Elements.Length > 0 && elements.All(element => element.Outside) ? null : Plain(track, shape, elements);
    }

    private static LabeledShape Plain(LabeledTrack track, TrackedShape shape, LabeledShape[] elements) => new()
    {
        LabelId = track.LabelId,
        Type = shape.Type,
        Frame = shape.Frame,
        Group = track.Group,
        Source = track.Source,
        Occluded = shape.Occluded,
        Outside = shape.Outside,
        ZOrder = shape.ZOrder,
        Rotation = shape.Rotation,
        Points = shape.Points,
        Attributes = [.. track.Attributes, .. shape.Attributes],
        Elements = elements,
    };
}
