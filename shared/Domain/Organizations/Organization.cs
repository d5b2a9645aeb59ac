using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>An organization; the one entity of its kind in its own workspace, <c>org-{id}</c>.</summary>
public sealed record Organization : IWorkspaceEntity<Organization>
{
    /// <inheritdoc/>
    public static string Kind => "organization";

    /// <inheritdoc/>
    public static JsonTypeInfo<Organization> Json => DomainJson.Default.Organization;

    /// <summary>Unique.</summary>
    public required int Id { get; init; }

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>1–16 of <c>[-a-zA-Z0-9_]</c>, unique.</summary>
    public required string Slug { get; init; }

    /// <summary>At most 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Free text.</summary>
    public string Description { get; init; } = "";

    /// <summary>Any JSON, mostly e-mail, location and phone number.</summary>
    public JsonElement? Contact { get; init; }

    /// <summary>Who made it; its only owner for ever.</summary>
    public int? OwnerId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>Its deletion has begun: nobody sees it any more.</summary>
    public bool IsDeleted { get; init; }
}
