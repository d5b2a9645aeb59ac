using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Projects;

/// <summary>A project: tasks that share labels.</summary>
public sealed record Project : IWorkspaceEntity<Project>
{
    /// <inheritdoc/>
    public static string Kind => "project";

    /// <inheritdoc/>
    public static JsonTypeInfo<Project> Json => DomainJson.Default.Project;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>1–256 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The user it belongs to; null once that account is gone.</summary>
    public int? OwnerId { get; init; }

    /// <summary>The user who works on it.</summary>
    public int? AssigneeId { get; init; }

    /// <summary>When the assignee last changed.</summary>
    public DateTimeOffset? AssigneeUpdatedDate { get; init; }

    /// <summary>A URL of at most 2,000 characters, or empty.</summary>
    public string BugTracker { get; init; } = "";

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC; the API shows the later one of this and its tasks' (<see cref="IWorkspaceView.LastChanged"/>).</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>Starts as <c>annotation</c> and is never recomputed.</summary>
    public string Status { get; init; } = "annotation";

    /// <summary>When its labels last changed: a change of labels moves the dates of all tasks and jobs that use them.</summary>
    public DateTimeOffset? LabelsUpdatedDate { get; init; }

    /// <summary>It is being deleted: nobody sees it any more, and what is left of it goes step by step.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The workspace that it moves to, where it is not lost but leaving: marked as deleted here, and whole again over there.</summary>
    public string? MovesTo { get; init; }

    /// <summary>Where imports come from by default.</summary>
    public StorageLocation? SourceStorage { get; init; }

    /// <summary>Where exports go by default.</summary>
    public StorageLocation? TargetStorage { get; init; }
}
