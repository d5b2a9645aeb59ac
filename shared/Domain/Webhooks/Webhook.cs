using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Webhooks;

/// <summary>Whom to tell of what happens in a project or organization, or on the server. Its secret lies elsewhere (<see cref="IWebhookStore"/>): change rows hold whole documents.</summary>
public sealed record Webhook : IWorkspaceEntity<Webhook>
{
    /// <inheritdoc/>
    public static string Kind => "webhook";

    /// <inheritdoc/>
    public static JsonTypeInfo<Webhook> Json => DomainJson.Default.Webhook;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary><c>project</c>, <c>organization</c> or <c>server</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The project, of that type.</summary>
    public int? ProjectId { get; init; }

    /// <summary>Where to: http or https, at most 8,192 characters.</summary>
    public required string TargetUrl { get; init; }

    /// <summary>At most 128 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>Sorted keys of <see cref="WebhookEvents"/>; at least one.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>An inactive one is told nothing.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Whether the target's certificate must be valid.</summary>
    public bool EnableSsl { get; init; } = true;

    /// <summary>Who made it.</summary>
    public int? OwnerId { get; init; }

    /// <summary>The origin under which it was made, for the URLs in what it is told.</summary>
    public string BaseUrl { get; init; } = "";

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }
}
