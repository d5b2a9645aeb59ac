using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.CloudStorages;

/// <summary>
/// A bucket or container of the users' own that they have registered. Its credentials lie elsewhere (<see cref="Ports.ISecretStore"/>): change rows hold whole
/// documents.
/// </summary>
public sealed record CloudStorage : IWorkspaceEntity<CloudStorage>
{
    /// <summary>How many manifests are kept at most.</summary>
    public const int MaxManifests = 100;

    /// <inheritdoc/>
    public static string Kind => "cloudstorage";

    /// <inheritdoc/>
    public static JsonTypeInfo<CloudStorage> Json => DomainJson.Default.CloudStorage;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>One of <see cref="CloudProviders"/>; never changes.</summary>
    public required string ProviderType { get; init; }

    /// <summary>The bucket's or container's name, at most 222 characters.</summary>
    public required string Resource { get; init; }

    /// <summary>1–63 characters.</summary>
    public required string DisplayName { get; init; }

    /// <summary>One of <see cref="CloudProviders"/>' types of credentials.</summary>
    public required string CredentialsType { get; init; }

    /// <summary>A URL query string, read by <see cref="CloudAttributes"/>.</summary>
    public string SpecificAttributes { get; init; } = "";

    /// <summary>Free text.</summary>
    public string Description { get; init; } = "";

    /// <summary>Keys of manifests in the bucket.</summary>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>Who registered it.</summary>
    public int? OwnerId { get; init; }

    /// <summary>Which credentials belong to this state of the storage; they are never sent to the place of another one. Null: anonymous.</summary>
    public string? CredentialsVersion { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }
}
