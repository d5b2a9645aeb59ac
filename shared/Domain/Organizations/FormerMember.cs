using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>Says that a user was a member and is none now: whoever left or was excluded is no guest worker either.</summary>
public sealed record FormerMember : IWorkspaceEntity<FormerMember>
{
    /// <inheritdoc/>
    public static string Kind => "former-member";

    /// <inheritdoc/>
    public static JsonTypeInfo<FormerMember> Json => DomainJson.Default.FormerMember;

    /// <summary>Who.</summary>
    public required int UserId { get; init; }

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(UserId);
}
