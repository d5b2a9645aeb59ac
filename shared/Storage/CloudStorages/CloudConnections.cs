using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Outbound;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>
/// Opens users' buckets. Connections are kept while their storage stays as it is, for the sake of tokens and sockets.
/// </summary>
internal sealed class CloudConnections(IWorkspaces workspaces, ILocators locators, ISecretStore secrets, OutboundHttp outbound, CloudEndpoints endpoints, TimeProvider time)
    : ICloudStorages, ICloudConnections
{
    private const int MaxConnections = 200;
    private readonly LruCache<int, (string State, ICloudStorage Connection)> _open = new(MaxConnections);

    /// <inheritdoc/>
    public async Task<ICloudStorage> OpenAsync(int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        var storage = await locators.FindAsync(CloudStorage.Kind, key, ct) is { } workspace
            ? await workspaces.ReadAsync(workspace, view => view.Find<CloudStorage>(key), ct)
            : null;
        if (storage is null)
        {
            _open.Remove(id);
            throw new CloudStorageException(CloudStorageFailure.NotFound, $"The cloud storage {id} was removed.");
        }

        var state = string.Join('\n', storage.ProviderType, storage.Resource, storage.SpecificAttributes, storage.CredentialsType, storage.CredentialsVersion);
        if (_open.TryGet(id, out var known) && known.State == state)
        {
            return known.Connection;
        }

        var connection = Connect(storage, await secrets.ReadAsync(storage, ct));
        _open.Set(id, (state, connection));
        return connection;
    }

    /// <inheritdoc/>
    public ICloudStorage Connect(CloudStorage storage, CloudCredentials credentials)
    {
        var attributes = CloudAttributes.Parse(storage.SpecificAttributes);
        return new PlainKeys(storage.ProviderType switch
        {
            CloudProviders.S3 => new S3Bucket(storage.Resource, attributes, credentials, outbound, time),
            CloudProviders.Azure => new AzureContainer(storage.Resource, attributes, credentials, endpoints.AzureBlob, outbound, time),
            _ => new GoogleBucket(storage.Resource, attributes.Prefix ?? "", endpoints.Google, TokenOf(storage, credentials), StorageHttp.Client(outbound, streams: true, time), time),
        });
    }

    /// <summary>The token of the key file; without one, of the file that the server's operator names for everybody; else none.</summary>
    private Func<CancellationToken, Task<string?>> TokenOf(CloudStorage storage, CloudCredentials credentials)
    {
        var file = credentials["key_file"] ?? (storage.CredentialsType == CloudProviders.KeyFile ? endpoints.GoogleKeyFile : null);
        return file is null ? _ => Task.FromResult<string?>(null) : GoogleTokens.Of(file);
    }
}

/// <summary>Where the providers are.</summary>
/// <param name="AzureBlob">Pattern with <c>{account}</c>.</param>
/// <param name="Google">The origin of the JSON API, with a slash at the end.</param>
/// <param name="GoogleKeyFile">The content of a key file for storages that bring none; null: they are anonymous.</param>
internal sealed record CloudEndpoints(string AzureBlob, Uri Google, string? GoogleKeyFile);
