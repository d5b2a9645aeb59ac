using System.Globalization;
using System.Text;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Outbound;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>A container of Azure Blob Storage.</summary>
internal sealed class AzureContainer : ICloudStorage
{
    private const int MaxPage = 5000;
    private const string FolderMark = "hdi_isfolder";
    private readonly BlobContainerClient _container;
    private readonly string _prefix;

    /// <summary>Connects to nothing yet.</summary>
    /// <exception cref="CloudStorageException">The credentials are malformed.</exception>
    public AzureContainer(string container, CloudAttributes attributes, CloudCredentials credentials, string endpoint, OutboundHttp outbound, TimeProvider time)
    {
        _prefix = attributes.Prefix ?? "";
        var options = new BlobClientOptions { Transport = new HttpClientTransport(StorageHttp.Client(outbound, streams: true, time)) };
        options.Retry.MaxRetries = 2;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        try
        {
            _container = Client(container, credentials, endpoint, options);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or UriFormatException)
        {
            // What the SDK says of a connection string may quote it.
            throw new CloudStorageException(CloudStorageFailure.Forbidden, "The credentials of the container are malformed.");
        }
    }

    /// <inheritdoc/>
    public Task<CloudStorageStatus> CheckAsync(CancellationToken ct) => CloudFailures.StatusAsync(() => ListAsync(_prefix, recursive: true, 1, null, ct));

    /// <inheritdoc/>
    public async Task<CloudObject?> FindAsync(string key, CancellationToken ct)
    {
        try
        {
            var found = (await RunAsync(key, () => _container.GetBlobClient(key).GetPropertiesAsync(cancellationToken: ct))).Value;
            return new(key, found.ContentLength, found.ETag.ToString("H"), found.LastModified);
        }
        catch (CloudStorageException e) when (e.InnerException is ProviderException { Status: 404 })
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<CloudPage> ListAsync(string prefix, bool recursive, int pageSize, string? continuation, CancellationToken ct)
    {
        var size = Math.Clamp(pageSize, 1, MaxPage);
        return await RunAsync(null, () => recursive ? FlatAsync(prefix, size, continuation, ct) : LevelAsync(prefix, size, continuation, ct));
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken ct)
    {
        if (length == 0)
        {
            return Stream.Null;
        }

        var options = new BlobDownloadOptions
        {
            Range = offset == 0 && length is null ? default : new HttpRange(offset, length),
            Conditions = etag is null ? null : new BlobRequestConditions { IfMatch = new ETag(etag) },
        };
        try
        {
            var answer = (await RunAsync(key, () => _container.GetBlobClient(key).DownloadStreamingAsync(options, ct))).Value;
            return new CloudReadStream(answer.Content, answer, e => Failure(key, e));
        }
        catch (CloudStorageException e) when (e.InnerException is ProviderException { Status: 416 })
        {
            return Stream.Null;
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, Stream content, CancellationToken ct)
    {
        var blob = _container.GetBlockBlobClient(key);
        var (parts, blocks) = (new UploadParts(content), new List<string>());
        do
        {
            var part = await parts.NextAsync(ct);
            if (part.Length > 0)
            {
                blocks.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes(blocks.Count.ToString("D6", CultureInfo.InvariantCulture))));
                await RunAsync(key, () => blob.StageBlockAsync(blocks[^1], UploadParts.Body(part), cancellationToken: ct));
            }
        }
        while (!parts.IsLast);
        await RunAsync(key, () => blob.CommitBlockListAsync(blocks, cancellationToken: ct));
    }

    private static BlobContainerClient Client(string container, CloudCredentials credentials, string endpoint, BlobClientOptions options)
    {
        if (credentials["connection_string"] is { } connection)
        {
            return new(connection, container, options);
        }

        var url = new Uri($"{endpoint.Replace("{account}", credentials["account_name"], StringComparison.Ordinal).TrimEnd('/')}/{container}");
        return credentials["session_token"] is { } token ? new(url, new AzureSasCredential(token.TrimStart('?')), options) : new(url, options);
    }

    private async Task<CloudPage> FlatAsync(string prefix, int pageSize, string? continuation, CancellationToken ct)
    {
        var pages = _container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix, Traits = BlobTraits.Metadata }, ct).AsPages(continuation, pageSize);
        await foreach (var page in pages)
        {
            return new(Objects(page.Values), [], Next(page.ContinuationToken));
        }

        return new([], [], null);
    }

    private async Task<CloudPage> LevelAsync(string prefix, int pageSize, string? continuation, CancellationToken ct)
    {
        var options = new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = "/", Traits = BlobTraits.Metadata };
        await foreach (var page in _container.GetBlobsByHierarchyAsync(options, ct).AsPages(continuation, pageSize))
        {
            var folders = page.Values.Where(item => item.IsPrefix).Select(item => item.Prefix);
            return new(Objects(page.Values.Where(item => item.IsBlob).Select(item => item.Blob)), [.. folders], Next(page.ContinuationToken));
        }

        return new([], [], null);
    }

    /// <summary>The objects without those that only stand for a folder.</summary>
    private static IReadOnlyList<CloudObject> Objects(IEnumerable<BlobItem> items) =>
    [
        .. items.Select(item => (item.Name, item.Properties, IsFolder: item.Metadata?.ContainsKey(FolderMark) == true))
            .Where(item => !item.IsFolder && !CloudFailures.IsFolderMark(item.Name, item.Properties.ContentLength ?? 0))
            .Select(item => new CloudObject(
                item.Name, item.Properties.ContentLength ?? 0, item.Properties.ETag?.ToString("H") ?? "", item.Properties.LastModified ?? default)),
    ];

    private static string? Next(string? continuation) => string.IsNullOrEmpty(continuation) ? null : continuation;

    private async Task<T> RunAsync<T>(string? key, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or FormatException || CloudFailures.IsOfTheConnection(e))
        {
            throw Failure(key, e);
        }
    }

    private CloudStorageException Failure(string? key, Exception e)
    {
        // After several tries the SDK throws all their failures together.
        var last = e is AggregateException all ? all.InnerExceptions[^1] : e;
        return last is RequestFailedException answer
            ? CloudFailures.Of(_container.Name, answer.ErrorCode == "ContainerNotFound" ? null : key, answer.Status, answer.ErrorCode, last)
            : CloudFailures.Of(_container.Name, key, last is FormatException ? 403 : 0, null, last);
    }
}
