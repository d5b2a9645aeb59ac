using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Issues;

/// <summary>A remark about a place on a frame of a job, talked over in <see cref="Comment"/>s.</summary>
public sealed record Issue : IWorkspaceEntity<Issue>
{
    /// <inheritdoc/>
    public static string Kind => "issue";

    /// <inheritdoc/>
    public static JsonTypeInfo<Issue> Json => DomainJson.Default.Issue;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>The job that it is about.</summary>
    public required int JobId { get; init; }

    /// <summary>The frame, relative to the task.</summary>
    public required int Frame { get; init; }

    /// <summary>Where on the frame: x, y, x, y … in pixels.</summary>
    public required double[] Position { get; init; }

    /// <summary>Who raised it.</summary>
    public int? OwnerId { get; init; }

    /// <summary>Who is to settle it.</summary>
    public int? AssigneeId { get; init; }

    /// <summary>Whether it is settled.</summary>
    public bool Resolved { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC; comments don't move it.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }
}
