namespace CvatServerless.Domain.Annotations.Merging;

/// <summary>
/// The annotations of a task from those of its jobs: what neighbouring jobs both drew in their overlap is taken once. Jobs are added in order of their
/// ids. All objects of the task are in memory at once (a few hundred bytes each; media are not). Source: contract-annotations.md §1.7.
/// </summary>
public sealed class AnnotationMerge(bool is3D)
{
    private const double MaxCost = 0.25;

    private readonly TrackMerge _tracks = new(is3D);
    private readonly List<LabeledTag> _tags = [];
    private readonly List<LabeledShape> _shapes = [];
    private readonly List<LabeledInterval> _intervals = [];
    private bool _isFirst = true;

    /// <summary>Adds a job.</summary>
    /// <param name="data">Its annotations, key frames ascending.</param>
    /// <param name="startFrame">Its first frame, relative to the task.</param>
    /// <param name="overlap">Frames that it shares with the job before, from its first on.</param>
    public void Add(LabeledData data, int startFrame, int overlap)
    {
        if (_isFirst)
        {
            _isFirst = false;
            _tags.AddRange(data.Tags);
            _shapes.AddRange(data.Shapes);
            _tracks.Add(data.Tracks, 0, 0);
        }
        else
        {
            var end = startFrame + overlap;
            AddTags(data.Tags, end);
            AddShapes(data.Shapes, end);
            _tracks.Add(data.Tracks, startFrame, overlap);
        }

        _intervals.AddRange(data.Intervals);
    }

    /// <summary>The merged annotations, in the contract's order.</summary>
    public LabeledData Result() => new()
    {
        Tags = [.. _tags.OrderBy(tag => tag.Frame).ThenBy(tag => tag.Id)],
        Shapes = [.. _shapes.OrderBy(shape => shape.Frame).ThenBy(shape => shape.Id)],
        Tracks = [.. _tracks.Result.OrderBy(track => track.Id)],
        Intervals = [.. _intervals.OrderBy(interval => interval.StartMs).ThenBy(interval => interval.Id)],
    };

    private void AddTags(IReadOnlyList<LabeledTag> next, int end)
    {
        // Tags of one label on one frame are alike, whatever their number: each old one takes one new one.
        var free = _tags.Where(tag => tag.Frame < end).GroupBy(tag => (tag.Frame, tag.LabelId)).ToDictionary(group => group.Key, group => group.Count());
        foreach (var tag in next)
        {
            var key = (tag.Frame, tag.LabelId);
            if (tag.Frame < end && free.GetValueOrDefault(key) > 0)
            {
                free[key]--;
            }
            else
            {
                _tags.Add(tag);
            }
        }
    }

    // Shapes of different labels or types never match, so each such group on a frame is an assignment of its own.
    private void AddShapes(IReadOnlyList<LabeledShape> next, int end)
    {
        var comparable = next.Where(shape => shape.Frame < end && ShapeSimilarity.IsComparable(shape.Type, is3D))
            .GroupBy(shape => (shape.Frame, shape.LabelId, shape.Type)).ToList();
        var old = comparable.Count == 0 ? null : _shapes.Where(shape => shape.Frame < end).ToLookup(shape => (shape.Frame, shape.LabelId, shape.Type));
        var dropped = new HashSet<LabeledShape>(ReferenceEqualityComparer.Instance);
        foreach (var group in comparable)
        {
            dropped.UnionWith(Duplicates([.. group], [.. old![group.Key]], is3D));
        }

        _shapes.AddRange(next.Where(shape => !dropped.Contains(shape)));
    }

    private static IEnumerable<LabeledShape> Duplicates(LabeledShape[] news, LabeledShape[] olds, bool is3D)
    {
        if (olds.Length == 0)
        {
            yield break;
        }

        var cost = new double[news.Length, olds.Length];
        for (var row = 0; row < news.Length; row++)
        {
            for (var column = 0; column < olds.Length; column++)
            {
                cost[row, column] = 1 - ShapeSimilarity.Of(news[row].Type, news[row].Points, olds[column].Points, is3D);
            }
        }

        var columns = Hungarian.Assign(cost);
        for (var row = 0; row < news.Length; row++)
        {
            if (columns[row] >= 0 && cost[row, columns[row]] <= MaxCost)
            {
                yield return news[row];
            }
        }
    }
}
