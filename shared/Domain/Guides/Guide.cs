using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Guides;

/// <summary>Instructions for annotators in Markdown, of one project or one task. A target has at most one.</summary>
public sealed record Guide : IWorkspaceEntity<Guide>
{
    /// <inheritdoc/>
    public static string Kind => "guide";

    /// <inheritdoc/>
    public static JsonTypeInfo<Guide> Json => DomainJson.Default.Guide;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>The project it is for; or null.</summary>
    public int? ProjectId { get; init; }

    /// <summary>The task it is for; or null. Exactly one of the two is set.</summary>
    public int? TaskId { get; init; }

    /// <summary>The text.</summary>
    public string Markdown { get; init; } = "";

    /// <summary>Everybody may read it and its assets, without signing in. Only administrators set it.</summary>
    public bool IsPublic { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }
}
