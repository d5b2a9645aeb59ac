using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Labels;

namespace CvatServerless.Formats.Model;

/// <summary>A frame of an export.</summary>
/// <param name="Number">Relative to the task.</param>
/// <param name="AbsoluteNumber">In the source: <c>start_frame + number · step</c>.</param>
/// <param name="Name">Its path in the task, with extension.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
public sealed record ExportFrame(int Number, int AbsoluteNumber, string Name, int Width, int Height)
{
    /// <summary>The name without its extension.</summary>
    public string Id => Path.ChangeExtension(Name, null);

    /// <summary>The name with its extension in lower case, as media in archives are named.</summary>
    public string FileName => Id + Path.GetExtension(Name).ToLowerInvariant();
}

/// <summary>A shape on a frame, drawn or interpolated from a track.</summary>
/// <param name="Shape">With all attributes of its label.</param>
/// <param name="TrackId">The track's place in the export, from 0; null for a plain shape.</param>
/// <param name="IsKeyFrame">Of a track: drawn here, not interpolated.</param>
public readonly record struct FrameShape(LabeledShape Shape, int? TrackId, bool IsKeyFrame);

/// <summary>What is on one frame: shapes by z-order (plain ones before tracks among equals), outside shapes left out.</summary>
public sealed record FrameAnnotations(ExportFrame Frame, IReadOnlyList<LabeledTag> Tags, IReadOnlyList<FrameShape> Shapes);

/// <summary>What an export is of, as far as files tell it.</summary>
public sealed record ExportContext
{
    /// <summary><c>task</c> or <c>job</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>The id of the task or job.</summary>
    public required int Id { get; init; }

    /// <summary>The task's name.</summary>
    public required string TaskName { get; init; }

    /// <summary>The task's subset; empty where it has none.</summary>
    public required string Subset { get; init; }

    /// <summary>The task's mode.</summary>
    public string Mode { get; init; } = "annotation";

    /// <summary>Frames that neighbouring segments share.</summary>
    public int Overlap { get; init; }

    /// <summary>A URL, or empty.</summary>
    public string BugTracker { get; init; } = "";

    /// <summary>When the task or job was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When the task or job last changed.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>When this export is made.</summary>
    public DateTimeOffset Dumped { get; init; }

    /// <summary>Frames of the task or job, deleted ones included.</summary>
    public int Size { get; init; }

    /// <summary>First source frame.</summary>
    public int StartFrame { get; init; }

    /// <summary>Last source frame.</summary>
    public int StopFrame { get; init; }

    /// <summary>Empty or <c>step=N</c>.</summary>
    public string FrameFilter { get; init; } = "";

    /// <summary>Annotation segments with the URL of their job.</summary>
    public IReadOnlyList<ExportSegment> Segments { get; init; } = [];

    /// <summary>The owner's name and mail address.</summary>
    public ExportPerson? Owner { get; init; }

    /// <summary>The assignee's name and mail address.</summary>
    public ExportPerson? Assignee { get; init; }

    /// <summary>In order of their ids.</summary>
    public required IReadOnlyList<Label> Labels { get; init; }

    /// <summary>Names of labels and attributes by id.</summary>
    public LabelIndex Names => _names ??= new(Labels);

    private LabelIndex? _names;
}

/// <summary>A segment; frames relative to the task, inclusive.</summary>
public sealed record ExportSegment(int Id, int StartFrame, int StopFrame, string Url);

/// <summary>A user.</summary>
public sealed record ExportPerson(string Username, string Email);
