namespace CvatServerless.Domain.Annotations.Log;

/// <summary>
/// The annotations of one job at a revision: what its log says when its operations are applied in order. Not safe for use by several threads at once;
/// <see cref="Current"/> hands out a copy of the lists (the objects are shared and never change).
/// </summary>
public sealed class AnnotationState
{
    private readonly Dictionary<long, LabeledTag> _tags = [];
    private readonly Dictionary<long, LabeledShape> _shapes = [];
    private readonly Dictionary<long, LabeledTrack> _tracks = [];
    private readonly Dictionary<long, LabeledInterval> _intervals = [];
    private readonly HashSet<string> _onceKeys = [];

    /// <summary>The last operation that was applied; 0: none yet.</summary>
    public long Revision { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset LastChangedAt { get; private set; }

    /// <summary>Objects, elements and key frames not counted.</summary>
    public int Count => _tags.Count + _shapes.Count + _tracks.Count + _intervals.Count;

    /// <summary>Keys of operations that were to be applied once.</summary>
    internal IReadOnlyCollection<string> OnceKeys => _onceKeys;

    /// <summary>Whether an operation with this key has been applied already.</summary>
    public bool HasApplied(string onceKey) => _onceKeys.Contains(onceKey);

    /// <summary>Applies the next operation. One that was applied already (its revision is not beyond the state's) is passed over.</summary>
    public void Apply(AnnotationOperation operation)
    {
        if (operation.Revision <= Revision)
        {
            return;
        }

        Revision = operation.Revision;
        LastChangedAt = operation.At;
        if (operation.OnceKey.Length > 0 && !_onceKeys.Add(operation.OnceKey))
        {
            return;
        }

        if (operation.ClearsAll)
        {
            Clear();
        }

        Remove(operation.Removed);
        Put(operation.Put);
    }

    /// <summary>The objects in the contract's order: tags and shapes by frame, then id; tracks by id; intervals by start.</summary>
    public LabeledData Current()
    {
        var tags = _tags.Values.ToArray();
        Array.Sort(tags, static (a, b) => a.Frame != b.Frame ? a.Frame.CompareTo(b.Frame) : a.Id.CompareTo(b.Id));
        var shapes = _shapes.Values.ToArray();
        Array.Sort(shapes, static (a, b) => a.Frame != b.Frame ? a.Frame.CompareTo(b.Frame) : a.Id.CompareTo(b.Id));
        var tracks = _tracks.Values.ToArray();
        Array.Sort(tracks, static (a, b) => a.Id.CompareTo(b.Id));
        var intervals = _intervals.Values.ToArray();
        Array.Sort(intervals, static (a, b) => a.StartMs != b.StartMs ? a.StartMs.CompareTo(b.StartMs) : a.Id.CompareTo(b.Id));
        return new LabeledData { Tags = tags, Shapes = shapes, Tracks = tracks, Intervals = intervals };
    }

    /// <summary>Objects by kind.</summary>
    public AnnotationCounts Counts() => new(_tags.Count, _shapes.Count, _tracks.Count, _intervals.Count);

    /// <summary>Sets the state to a snapshot's head, before its objects are put.</summary>
    internal void Restore(long revision, DateTimeOffset at, IEnumerable<string> onceKeys)
    {
        Clear();
        _onceKeys.Clear();
        _onceKeys.UnionWith(onceKeys);
        Revision = revision;
        LastChangedAt = at;
    }

    internal void Put(LabeledData data)
    {
        foreach (var tag in data.Tags)
        {
            _tags[tag.Id] = tag;
        }

        foreach (var shape in data.Shapes)
        {
            _shapes[shape.Id] = shape;
        }

        foreach (var track in data.Tracks)
        {
            _tracks[track.Id] = track;
        }

        foreach (var interval in data.Intervals)
        {
            _intervals[interval.Id] = interval;
        }
    }

    private void Remove(AnnotationIdSet ids)
    {
        RemoveFrom(_tags, ids.Tags);
        RemoveFrom(_shapes, ids.Shapes);
        RemoveFrom(_tracks, ids.Tracks);
        RemoveFrom(_intervals, ids.Intervals);
    }

    private static void RemoveFrom<T>(Dictionary<long, T> objects, IReadOnlyList<long> ids)
    {
        foreach (var id in ids)
        {
            objects.Remove(id);
        }
    }

    private void Clear()
    {
        _tags.Clear();
        _shapes.Clear();
        _tracks.Clear();
        _intervals.Clear();
    }
}

/// <summary>Objects by kind.</summary>
public readonly record struct AnnotationCounts(int Tags, int Shapes, int Tracks, int Intervals);
