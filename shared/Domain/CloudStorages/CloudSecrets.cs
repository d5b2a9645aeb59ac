using System.Globalization;
using System.Text.Json;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Domain.CloudStorages;

/// <summary>Keeps the credentials of cloud storages: versions of them, of which the entity names the one that is good (<see cref="CloudStorage.CredentialsVersion"/>).</summary>
public static class CloudSecrets
{
    /// <summary>The name under which a storage's credentials are kept.</summary>
    public static string OwnerOf(int id) => string.Create(CultureInfo.InvariantCulture, $"cloudstorage-{id}");

    /// <summary>Stores credentials as a new version and returns its name; null where there is nothing to store.</summary>
    public static async Task<string?> KeepAsync(this ISecretStore secrets, int id, CloudCredentials credentials, CancellationToken ct)
    {
        if (credentials.Fields.Count == 0)
        {
            return null;
        }

        var version = Guid.NewGuid().ToString("N");
        await secrets.SetAsync(OwnerOf(id), version, JsonSerializer.Serialize(credentials, DomainJson.Default.CloudCredentials), ct);
        return version;
    }

    /// <summary>The credentials of a storage; none where it has none.</summary>
    /// <exception cref="CloudStorageException">They are lost. It is never opened without them, which would be as somebody else.</exception>
    public static async Task<CloudCredentials> ReadAsync(this ISecretStore secrets, CloudStorage storage, CancellationToken ct) =>
        await secrets.FindAsync(storage, ct)
        ?? throw new CloudStorageException(CloudStorageFailure.Forbidden, $"The credentials of the cloud storage {storage.Id} are lost or can't be read any more: enter the credentials again.");

    /// <summary>The credentials of a storage, none where it has none; null where they are lost.</summary>
    public static async Task<CloudCredentials?> FindAsync(this ISecretStore secrets, CloudStorage storage, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(storage);
        if (storage.CredentialsVersion is not { } version)
        {
            return CloudCredentials.None;
        }

        return await secrets.FindAsync(OwnerOf(storage.Id), version, ct) is { } secret ? JsonSerializer.Deserialize(secret, DomainJson.Default.CloudCredentials) : null;
    }
}
