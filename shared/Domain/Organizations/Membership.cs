using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>A user in an organization. Its key is the user's, so that nobody is a member twice.</summary>
public sealed record Membership : IWorkspaceEntity<Membership>
{
    /// <summary>The kind of parent that finds a membership by its id.</summary>
    public const string IdKind = "membership-id";

    /// <inheritdoc/>
    public static string Kind => "membership";

    /// <inheritdoc/>
    public static JsonTypeInfo<Membership> Json => DomainJson.Default.Membership;

    /// <summary>Unique over all organizations.</summary>
    public required int Id { get; init; }

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(UserId);

    /// <summary>Who.</summary>
    public required int UserId { get; init; }

    /// <summary>A name of <see cref="OrganizationRoles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>An inactive one waits for its invitation to be accepted and gives no rights.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>UTC; null until it is active.</summary>
    public DateTimeOffset? JoinedDate { get; init; }

    /// <summary>The key of the invitation it came with.</summary>
    public string? InvitationKey { get; init; }
}
