using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Jobs;

/// <summary>A stretch of a task's frames that one person works on.</summary>
public sealed record Job : IWorkspaceEntity<Job>
{
    /// <summary>The type of jobs whose annotations are the task's.</summary>
    public const string Annotation = "annotation";

    /// <summary>The type of the job that others are measured by.</summary>
    public const string GroundTruth = "ground_truth";

    /// <summary>The type of jobs that repeat an annotation job's frames for a vote.</summary>
    public const string Replica = "replica";

    /// <inheritdoc/>
    public static string Kind => "job";

    /// <inheritdoc/>
    public static JsonTypeInfo<Job> Json => DomainJson.Default.Job;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>The task it is a part of.</summary>
    public required int TaskId { get; init; }

    /// <summary>The task's project, repeated here so that a change of the job moves the project's date; follows a move of the task.</summary>
    public int? ProjectId { get; init; }

    /// <summary>The user who works on it.</summary>
    public int? AssigneeId { get; init; }

    /// <summary>When the assignee last changed.</summary>
    public DateTimeOffset? AssigneeUpdatedDate { get; init; }

    /// <summary><c>annotation</c>, <c>ground_truth</c> or <c>replica</c>.</summary>
    public string Type { get; init; } = "annotation";

    /// <summary>Of a replica: the annotation job on the same frames whose annotations it votes on.</summary>
    public int? ParentJobId { get; init; }

    /// <summary><c>annotation</c>, <c>validation</c> or <c>acceptance</c>.</summary>
    public string Stage { get; init; } = "annotation";

    /// <summary><c>new</c>, <c>in progress</c>, <c>completed</c> or <c>rejected</c>.</summary>
    public string State { get; init; } = "new";

    /// <summary>First frame, relative to the task, inclusive.</summary>
    public required int StartFrame { get; init; }

    /// <summary>Last frame, relative to the task, inclusive.</summary>
    public required int StopFrame { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC; moves with every change of the job or its annotations.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>
    /// The position of the annotation log that this row knows of. A log that has gone further (a crash between the append and this row) is caught up by the
    /// next one who opens it.
    /// </summary>
    public long AnnotationRevision { get; init; }

    /// <summary>The attempt of a merge of replicas that completed it last: a repetition of that one leaves the state alone.</summary>
    public string? LastMerge { get; init; }

    /// <summary>The contract's <c>status</c>: derived from stage and state.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Status => Stage == "annotation" ? "annotation" : Stage == "acceptance" && State == "completed" ? "completed" : "validation";

    /// <summary>Whether somebody has worked on it, as stage and state tell: only then its annotations are a vote.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasBegun => Stage != "annotation" || State != "new";

    /// <summary>Its frames.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Segment Segment => new(StartFrame, StopFrame);

    /// <summary>
    /// Whether it is there for users: the task's data reach as far as its frames. A creation of many jobs, or an addition to a task, commits them in several transactions; the
    /// last one has the task's row, and with it all of them appear at once.
    /// </summary>
    public bool IsPartOf(AnnotationTask task) => StopFrame < task.Data?.Size;

    /// <summary>Frames in the job.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int FrameCount => StopFrame - StartFrame + 1;
}
