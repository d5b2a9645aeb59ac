using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Tasks;

/// <summary>CVAT's task: media that is cut into jobs.</summary>
public sealed record AnnotationTask : IWorkspaceEntity<AnnotationTask>
{
    /// <inheritdoc/>
    public static string Kind => "task";

    /// <inheritdoc/>
    public static JsonTypeInfo<AnnotationTask> Json => DomainJson.Default.AnnotationTask;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>1–256 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Its project, whose labels it then uses.</summary>
    public int? ProjectId { get; init; }

    /// <summary>The user it belongs to.</summary>
    public int? OwnerId { get; init; }

    /// <summary>The user who works on it.</summary>
    public int? AssigneeId { get; init; }

    /// <summary>When the assignee last changed.</summary>
    public DateTimeOffset? AssigneeUpdatedDate { get; init; }

    /// <summary>A URL of at most 2,000 characters, or empty.</summary>
    public string BugTracker { get; init; } = "";

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC; the API shows the later one of this and its jobs' (<see cref="IWorkspaceView.LastChanged"/>).</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>Frames that neighbouring segments share; null: the default for the media.</summary>
    public int? Overlap { get; init; }

    /// <summary>Frames of a segment as asked for; 0: all in one.</summary>
    public int SegmentSize { get; init; }

    /// <summary>The segment size that was asked for before it was fitted to the first data, 0 for none; null: the task has no data yet, or its jobs were laid out by hand.</summary>
    public int? WantedSegmentSize { get; init; }

    /// <summary>Empty or the name of a subset (train, test …).</summary>
    public string Subset { get; init; } = "";

    /// <summary>Consensus replicas of each job; 0: none.</summary>
    public int InitialReplicas { get; init; }

    /// <summary>Where imports come from by default.</summary>
    public StorageLocation? SourceStorage { get; init; }

    /// <summary>Where exports go by default.</summary>
    public StorageLocation? TargetStorage { get; init; }

    /// <summary>When its labels last changed: a change of labels moves the dates of all tasks and jobs that use them.</summary>
    public DateTimeOffset? LabelsUpdatedDate { get; init; }

    /// <summary>It is being deleted: nobody sees it any more, and what is left of it goes step by step.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The workspace that it moves to, where it is not lost but leaving: marked as deleted here, and whole again over there.</summary>
    public string? MovesTo { get; init; }

    /// <summary>Its ground truth.</summary>
    public ValidationLayout? Validation { get; init; }

    /// <summary>What is left to do of a change of its honeypots.</summary>
    public HoneypotDraw? Draw { get; init; }

    /// <summary>What is left to do of its move into <see cref="ProjectId"/>.</summary>
    public TaskMove? Move { get; init; }

    /// <summary>What the task shows; null until its creation request has finished.</summary>
    public TaskData? Data { get; init; }
}

/// <summary>
/// The media of a task once it is prepared. Blobs lie below <c>data/{DataId}/</c>: <c>original/{name}</c>, <c>manifest.jsonl</c>,
/// <c>chunks/{original|compressed}/{n:D6}.zip</c> (n counts over the whole task), <c>preview.jpg</c>. What is made on demand of pictures that were not copied lies below
/// <c>cache/{DataId}/</c> and goes after a while.
/// </summary>
public sealed record TaskData
{
    /// <summary>Names the folder of blobs; chosen when the upload begins.</summary>
    public required string DataId { get; init; }

    /// <summary>Frames in the task.</summary>
    public required int Size { get; init; }

    /// <summary><c>annotation</c> (pictures) or <c>interpolation</c> (video).</summary>
    public required string Mode { get; init; }

    /// <summary><c>1d</c>, <c>2d</c> or <c>3d</c>.</summary>
    public string Dimension { get; init; } = "2d";

    /// <summary><c>image</c>, <c>point_cloud</c> or <c>audio</c>; a video's is <c>image</c>.</summary>
    public string MediaType { get; init; } = "image";

    /// <summary>Frames in a chunk.</summary>
    public required int ChunkSize { get; init; }

    /// <summary>JPEG quality of compressed chunks, 1–100.</summary>
    public required int ImageQuality { get; init; }

    /// <summary><c>imageset</c> or <c>video</c>.</summary>
    public string CompressedChunkType { get; init; } = "imageset";

    /// <summary><c>imageset</c> or <c>video</c>.</summary>
    public string OriginalChunkType { get; init; } = "imageset";

    /// <summary>First source frame, inclusive.</summary>
    public required int StartFrame { get; init; }

    /// <summary>Last selected source frame, inclusive.</summary>
    public required int StopFrame { get; init; }

    /// <summary>Empty or <c>step=N</c>.</summary>
    public string FrameFilter { get; init; } = "";

    /// <summary><c>lexicographical</c>, <c>natural</c>, <c>predefined</c> or <c>random</c>.</summary>
    public string SortingMethod { get; init; } = "lexicographical";

    /// <summary><c>file_system</c> or <c>cache</c>.</summary>
    public string StorageMethod { get; init; } = "file_system";

    /// <summary><c>local</c>, <c>share</c> or <c>cloud_storage</c>.</summary>
    public string Storage { get; init; } = "local";

    /// <summary>The cloud storage that the files are or were taken from.</summary>
    public int? CloudStorageId { get; init; }

    /// <summary>
    /// Whether <see cref="CloudStorageId"/> is another storage than the pictures were found in: the versions that were noted then say nothing of what is there.
    /// </summary>
    public bool IsRelinked { get; init; }

    /// <summary>Whether the pictures stay where they are: originals are read there when they are asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOutside => Storage != "local";

    /// <summary>Frames (relative, ascending) that are marked as deleted.</summary>
    public IReadOnlyList<int> DeletedFrames { get; init; } = [];

    /// <summary>When chunks last changed.</summary>
    public required DateTimeOffset ChunksUpdatedDate { get; init; }

    /// <summary>Frames (relative, ascending) that show another one, of the pool at the end of the task; null: the task has no honeypots.</summary>
    public IReadOnlyList<int>? HoneypotFrames { get; init; }

    /// <summary>For each of <see cref="HoneypotFrames"/> the frame of the pool whose picture, name and size it shows.</summary>
    public IReadOnlyList<int>? HoneypotRealFrames { get; init; }

    /// <summary>What was added to the first data, in order; its frames follow theirs, and <see cref="Size"/> counts all. Null: nothing was added.</summary>
    public IReadOnlyList<DataPart>? Parts { get; init; }

    /// <summary>Step of <see cref="FrameFilter"/>, 1 where there is none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int FrameStep => FrameFilter.Length == 0 ? 1 : int.Parse(FrameFilter.AsSpan(FrameFilter.IndexOf('=', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture);
}
