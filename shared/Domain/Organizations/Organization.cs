using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>An organization. It lives in its own workspace.</summary>
public sealed record Organization : IWorkspaceEntity<Organization>
{
    /// <inheritdoc/>
    public static string Kind => "organization";

    /// <inheritdoc/>
    public static JsonTypeInfo<Organization> Json => DomainJson.Default.Organization;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique; names the workspace too.</summary>
    public required int Id { get; init; }

    /// <summary>1–16 of <c>[-a-zA-Z0-9_]</c>, unique.</summary>
    public required string Slug { get; init; }

    /// <summary>At most 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Free text.</summary>
    public string Description { get; init; } = "";

    /// <summary>Free JSON, such as mail address and phone number.</summary>
    public JsonElement Contact { get; init; }

    /// <summary>Its founder; null once the account is gone.</summary>
    public int? OwnerId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>It is being deleted: nobody sees it any more, and what is left of it goes step by step.</summary>
    public bool IsDeleted { get; init; }
}

/// <summary>A user in an organization. Its key is the user's, so that nobody is a member twice.</summary>
public sealed record Membership : IWorkspaceEntity<Membership>
{
    /// <inheritdoc/>
    public static string Kind => "membership";

    /// <inheritdoc/>
    public static JsonTypeInfo<Membership> Json => DomainJson.Default.Membership;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(UserId);

    /// <summary>Unique over all organizations.</summary>
    public required int Id { get; init; }

    /// <summary>The member.</summary>
    public required int UserId { get; init; }

    /// <summary>The organization.</summary>
    public required int OrganizationId { get; init; }

    /// <summary>What they may.</summary>
    public required OrganizationRole Role { get; init; }

    /// <summary>Whether they have joined; before that they are only invited.</summary>
    public bool IsActive { get; init; }

    /// <summary>UTC; null before they joined.</summary>
    public DateTimeOffset? JoinedDate { get; init; }

    /// <summary>The invitation that made it; null for the founder.</summary>
    public string? InvitationKey { get; init; }
}

/// <summary>An invitation into an organization.</summary>
public sealed record Invitation : IWorkspaceEntity<Invitation>
{
    /// <inheritdoc/>
    public static string Kind => "invitation";

    /// <inheritdoc/>
    public static JsonTypeInfo<Invitation> Json => DomainJson.Default.Invitation;

    /// <summary>64 characters that nobody can guess.</summary>
    public required string Key { get; init; }

    /// <summary>The organization.</summary>
    public required int OrganizationId { get; init; }

    /// <summary>Who invited.</summary>
    public int? OwnerId { get; init; }

    /// <summary>Who is invited.</summary>
    public required int UserId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>When the last mail went out, UTC; null: none was needed.</summary>
    public DateTimeOffset? SentDate { get; init; }

    /// <summary>Mails of the current hour, UTC: no more than five.</summary>
    public IReadOnlyList<DateTimeOffset> Sent { get; init; } = [];
}
