using System.Net;

namespace CvatServerless.Storage;

/// <summary>Where everything is kept: exactly one of the three.</summary>
public sealed record StorageOptions
{
    /// <summary>A folder of this machine (the embedded adapters); made with mode 0700 where it is missing.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A storage account by its connection string.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// A storage account by identity: its name, from which the services' public addresses follow. Signed in to as <see cref="ManagedIdentityClientId"/> or, without
    /// one, as whoever the environment says.
    /// </summary>
    public string? AccountName { get; init; }

    /// <summary>Where <see cref="AccountName"/>'s services are; other clouds have another one.</summary>
    public string EndpointSuffix { get; init; } = "core.windows.net";

    /// <summary>The user-assigned identity; null: the environment's default credential.</summary>
    public string? ManagedIdentityClientId { get; init; }

    /// <summary>Entities of all workspaces together that a process keeps in memory; default 500,000, about 1 KiB each.</summary>
    public int MaxEntitiesInMemory { get; init; } = 500_000;

    /// <summary>Ranges of addresses that are not public, to which the outbound client may go all the same.</summary>
    public IReadOnlyList<IPNetwork> OutboundAllow { get; init; } = [];

    /// <summary>Where users' Azure containers are by the name of their account; another pattern for private endpoints and emulators.</summary>
    public string AzureBlobEndpoint { get; init; } = "https://{account}.blob.core.windows.net";

    /// <summary>Where Google Cloud Storage is; another origin for emulators.</summary>
    public string GoogleEndpoint { get; init; } = "https://storage.googleapis.com";

    /// <summary>A key file of a service account for Google storages that bring none; null: there is none for everybody.</summary>
    public string? GoogleKeyFile { get; init; }
    /// <summary>A folder of this machine whose files may be taken into tasks; null: none. It is only read.</summary>
    public string? ShareDirectory { get; init; }
}
