using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Issues;

/// <summary>A message below an <see cref="Issue"/>.</summary>
public sealed record Comment : IWorkspaceEntity<Comment>
{
    /// <inheritdoc/>
    public static string Kind => "comment";

    /// <inheritdoc/>
    public static JsonTypeInfo<Comment> Json => DomainJson.Default.Comment;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>The issue it belongs to.</summary>
    public required int IssueId { get; init; }

    /// <summary>Who wrote it.</summary>
    public int? OwnerId { get; init; }

    /// <summary>The text.</summary>
    public required string Message { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }
}
