namespace CvatServerless.Domain.Annotations.Log;

/// <summary>What led to an operation, for the history. Stored as its number: values may only be added.</summary>
public enum OperationKind : byte
{
    /// <summary>PUT.</summary>
    Replace = 0,

    /// <summary>PATCH create.</summary>
    Create = 1,

    /// <summary>PATCH update.</summary>
    Update = 2,

    /// <summary>PATCH delete.</summary>
    Delete = 3,

    /// <summary>DELETE.</summary>
    Clear = 4,

    /// <summary>A file import.</summary>
    Import = 5,

    /// <summary>A label or attribute was removed with its values.</summary>
    LabelChange = 6,

    /// <summary>A model annotated.</summary>
    Automatic = 7,

    /// <summary>An earlier revision was restored.</summary>
    Restore = 8,

    /// <summary>Replicas were merged.</summary>
    Merge = 9,
}

/// <summary>
/// One save: a record of a job's log. It says everything by object (put with this id, delete this id, or first clear all), so it needs nothing of the
/// state before it: a save that lost the race for the log's end is appended unchanged behind the winner, and the two are merged by object. The last
/// writer of an object wins; an object that one deletes and the other then updates lives on, as the contract has it for unknown ids.
/// </summary>
public sealed record AnnotationOperation
{
    /// <summary>1 for the first operation of the job, then one more each: given when the record is appended.</summary>
    public long Revision { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The user, or 0 for the product itself.</summary>
    public int UserId { get; init; }

    /// <summary>What led to it.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>Applied only where no operation with this key was applied before: lets an activity that runs twice append once. Empty: always.</summary>
    public string OnceKey { get; init; } = "";

    /// <summary>Whether everything is removed first.</summary>
    public bool ClearsAll { get; init; }

    /// <summary>Objects to put, with their ids.</summary>
    public LabeledData Put { get; init; } = LabeledData.Empty;

    /// <summary>Objects to remove; unknown ones are ignored.</summary>
    public AnnotationIdSet Removed { get; init; } = AnnotationIdSet.Empty;

    /// <summary>Whether it changes nothing at all.</summary>
    public bool IsEmpty => !ClearsAll && Put.IsEmpty && Removed.IsEmpty;
}

/// <summary>Ids by kind of object.</summary>
public sealed record AnnotationIdSet
{
    /// <summary>None.</summary>
    public static readonly AnnotationIdSet Empty = new();

    /// <summary>Of tags.</summary>
    public IReadOnlyList<long> Tags { get; init; } = [];

    /// <summary>Of shapes (elements go with their skeleton).</summary>
    public IReadOnlyList<long> Shapes { get; init; } = [];

    /// <summary>Of tracks (elements go with their skeleton).</summary>
    public IReadOnlyList<long> Tracks { get; init; } = [];

    /// <summary>Of intervals.</summary>
    public IReadOnlyList<long> Intervals { get; init; } = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Tags.Count + Shapes.Count + Tracks.Count + Intervals.Count == 0;

    /// <summary>The ids of the objects of a body.</summary>
    public static AnnotationIdSet Of(LabeledData data) => new()
    {
        Tags = [.. data.Tags.Select(tag => tag.Id).Where(IsGiven)],
        Shapes = [.. data.Shapes.Select(shape => shape.Id).Where(IsGiven)],
        Tracks = [.. data.Tracks.Select(track => track.Id).Where(IsGiven)],
        Intervals = [.. data.Intervals.Select(interval => interval.Id).Where(IsGiven)],
    };

    private static bool IsGiven(long id) => id != 0;
}
