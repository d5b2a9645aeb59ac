using CvatServerless.Domain.Annotations.Tracks;

namespace CvatServerless.Domain.Annotations.Merging;

/// <summary>Joins the tracks of neighbouring jobs. Source: contract-annotations.md §1.7.</summary>
internal sealed class TrackMerge(bool is3D)
{
    private const double MaxCost = 0.5;

    private readonly List<LabeledTrack> _tracks = [];

    public IReadOnlyList<LabeledTrack> Result => _tracks;

    /// <summary>Adds the tracks of the next job, whose frames <c>[start, start + overlap)</c> the jobs before share.</summary>
    public void Add(IReadOnlyList<LabeledTrack> next, int start, int overlap)
    {
        var end = start + overlap;
        var shared = next.Where(track => track.Frame < end).ToList();
        var unmatchedOld = Enumerable.Range(0, _tracks.Count).ToHashSet();
        var fresh = next.Where(track => track.Frame >= end).ToList();
        if (_tracks.Count > 0 && shared.Count > 0)
        {
            fresh.AddRange(Match(shared, start, end, unmatchedOld));
        }
        else
        {
            fresh.AddRange(shared);
        }

        foreach (var index in unmatchedOld)
        {
            _tracks[index] = Ended(_tracks[index], end);
        }

        _tracks.AddRange(fresh);
    }

    // Tracks of different labels never match, so each label is an assignment of its own.
    private List<LabeledTrack> Match(List<LabeledTrack> shared, int start, int end, HashSet<int> unmatchedOld)
    {
        var unmatchedNew = new List<LabeledTrack>();
        foreach (var group in shared.GroupBy(track => track.LabelId))
        {
            LabeledTrack[] news = [.. group];
            int[] olds = [.. Enumerable.Range(0, _tracks.Count).Where(index => _tracks[index].LabelId == group.Key)];
            var newFrames = Array.ConvertAll(news, track => FramesOf(track, start, end));
            var oldFrames = Array.ConvertAll(olds, index => FramesOf(_tracks[index], start, end));
            var cost = new double[news.Length, olds.Length];
            for (var row = 0; row < news.Length; row++)
            {
                for (var column = 0; column < olds.Length; column++)
                {
                    cost[row, column] = 1 - Similarity(newFrames[row], oldFrames[column]);
                }
            }

            var columns = Hungarian.Assign(cost);
            for (var row = 0; row < news.Length; row++)
            {
                var column = columns[row];
                if (column < 0 || cost[row, column] > MaxCost)
                {
                    unmatchedNew.Add(news[row]);
                    continue;
                }

                unmatchedOld.Remove(olds[column]);
                _tracks[olds[column]] = Joined(_tracks[olds[column]], news[row]);
            }
        }

        return unmatchedNew;
    }

    private TrackedShape?[] FramesOf(LabeledTrack track, int start, int end)
    {
        var frames = new TrackedShape?[Math.Max(end - start, 0)];
        foreach (var shape in TrackInterpolation.Frames(track, start, end - 1, is3D))
        {
            frames[shape.Frame - start] = shape.Shape;
        }

        return frames;
    }

    private double Similarity(TrackedShape?[] a, TrackedShape?[] b)
    {
        double error = 0;
        var count = 0;
        for (var index = 0; index < a.Length; index++)
        {
            var (one, other) = (a[index], b[index]);
            if (one is null && other is null)
            {
                continue;
            }

            count++;
            error += one is null || other is null || one.Outside != other.Outside || one.Type != other.Type
                ? 1
                : 1 - ShapeSimilarity.Of(one.Type, one.Points, other.Points, is3D);
        }

        return 1 - (error / Math.Max(count, 1));
    }

    // The key frames of a new track that begins before the old one are lost, as in the original.
    private static LabeledTrack Joined(LabeledTrack old, LabeledTrack next)
    {
        if (next.Frame < old.Frame)
        {
            return old;
        }

        var byFrame = new SortedDictionary<int, TrackedShape>();
        foreach (var shape in next.Shapes.Concat(old.Shapes))
        {
            byFrame[shape.Frame] = shape;
        }

        return old with { Frame = Math.Min(old.Frame, next.Frame), Shapes = [.. byFrame.Values] };
    }

    private static LabeledTrack Ended(LabeledTrack track, int frame)
    {
        var elements = Array.ConvertAll(track.Elements, element => Ended(element, frame));
        var last = track.Shapes.Length > 0 ? track.Shapes[^1] : null;
        return last is null || last.Outside || last.Frame >= frame
            ? track with { Elements = elements }
            : track with { Shapes = [.. track.Shapes, last with { Frame = frame, Outside = true, Id = 0 }], Elements = elements };
    }
}
