using CvatServerless.Domain.Annotations.Tracks;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations;

/// <summary>
/// The part of a task's annotations that belongs to one job: what task-level writes and file imports store there. Job-level writes are never cut.
/// Source: contract-annotations.md §1.6.
/// </summary>
public static class AnnotationSlicer
{
    /// <summary>
    /// The part inside <c>[start, stop]</c> (relative frames, inclusive). Tags and shapes are copied by frame; tracks that are visible in the range are cut,
    /// with computed key frames at its ends. Intervals are not parted here (<see cref="IntervalsInside"/>).
    /// </summary>
    public static LabeledData Slice(LabeledData data, int start, int stop, bool is3D) => new()
    {
        Tags = [.. data.Tags.Where(tag => tag.Frame >= start && tag.Frame <= stop)],
        Shapes = [.. data.Shapes.Where(shape => shape.Frame >= start && shape.Frame <= stop)],
        Tracks = [.. data.Tracks.Where(track => IsVisible(track, start, stop)).Select(track => Slice(track, start, stop, is3D)).Where(track => track.Shapes.Length > 0)],
    };

    /// <summary>The part on the given frames only (a ground truth job); tracks are not taken.</summary>
    public static LabeledData OnFrames(LabeledData data, IReadOnlySet<int> frames) => new()
    {
        Tags = [.. data.Tags.Where(tag => frames.Contains(tag.Frame))],
        Shapes = [.. data.Shapes.Where(shape => frames.Contains(shape.Frame))],
    };

    /// <summary>The intervals that lie wholly inside <c>[startMs, stopMs]</c>.</summary>
    public static IReadOnlyList<LabeledInterval> IntervalsInside(LabeledData data, int startMs, int stopMs) =>
        [.. data.Intervals.Where(interval => interval.StartMs >= startMs && (interval.StopMs ?? stopMs) <= stopMs + 1)];

    /// <summary>Refuses intervals that lie inside none of the jobs.</summary>
    /// <exception cref="CvatException">400.</exception>
    public static void CheckIntervals(LabeledData data, IReadOnlyList<(int StartMs, int StopMs)> jobs)
    {
        foreach (var interval in data.Intervals)
        {
            if (!jobs.Any(job => interval.StartMs >= job.StartMs && (interval.StopMs ?? job.StopMs) <= job.StopMs + 1))
            {
                throw CvatException.Rule($"Interval [{interval.StartMs}; {interval.StopMs}] must be completely inside one job");
            }
        }
    }

    /// <summary>
    /// Objects of a task-level delete that reach a job: tags and shapes by frame, tracks by any of the key frames that were sent.
    /// </summary>
    public static LabeledData Touching(LabeledData data, int start, int stop) => new()
    {
        Tags = [.. data.Tags.Where(tag => tag.Frame >= start && tag.Frame <= stop)],
        Shapes = [.. data.Shapes.Where(shape => shape.Frame >= start && shape.Frame <= stop)],
        Tracks = [.. data.Tracks.Where(track => IsVisible(track, start, stop) || track.Shapes.Any(shape => shape.Frame >= start && shape.Frame <= stop))],
        Intervals = data.Intervals,
    };

    private static bool IsVisible(LabeledTrack track, int start, int stop)
    {
        TrackedShape? previous = null;
        foreach (var shape in track.Shapes.Where(shape => shape.Type != ShapeType.Skeleton).OrderBy(shape => shape.Frame))
        {
            if (previous is { Outside: false } && Overlaps(previous.Frame, shape.Frame, start, stop))
            {
                return true;
            }

            previous = shape;
        }

        return (previous is { Outside: false } && Overlaps(previous.Frame, int.MaxValue, start, stop))
            || Array.Exists(track.Elements, element => IsVisible(element, start, stop));
    }

    private static bool Overlaps(int from, int to, int start, int stop) => Math.Max(from, start) <= Math.Min(to, stop);

    private static LabeledTrack Slice(LabeledTrack track, int start, int stop, bool is3D)
    {
        var inside = WithoutLeadingOutside([.. track.Shapes.Where(shape => shape.Frame >= start && shape.Frame <= stop).OrderBy(shape => shape.Frame)]);
        var elements = Array.ConvertAll(track.Elements, element => Slice(element, start, stop, is3D));
        if (inside.Count < track.Shapes.Length)
        {
            AddEnds(track, inside, start, stop, is3D);
        }

        return track with { Frame = inside.Count > 0 ? inside[0].Frame : track.Frame, Shapes = [.. inside], Elements = elements };
    }

    private static void AddEnds(LabeledTrack track, List<TrackedShape> inside, int start, int stop, bool is3D)
    {
        var last = track.Shapes.Max(shape => shape.Frame);
        if (TrackInterpolation.At(track, start, is3D) is { Shape.Outside: false } first && (inside.Count == 0 || inside[0].Frame > start))
        {
            inside.Insert(0, first.Shape);
        }

        if (inside.Count > 0 && last >= stop && inside[^1].Frame < stop && TrackInterpolation.At(track, stop, is3D) is { } end
            && !end.Shape.Points.AsSpan().SequenceEqual(inside[^1].Points))
        {
            inside.Add(end.Shape);
        }
    }

    // The last one stays even where all are outside.
    private static List<TrackedShape> WithoutLeadingOutside(List<TrackedShape> shapes)
    {
        var leading = shapes.TakeWhile(shape => shape.Outside).Count();
        shapes.RemoveRange(0, Math.Min(leading, Math.Max(shapes.Count - 1, 0)));
        return shapes;
    }
}
