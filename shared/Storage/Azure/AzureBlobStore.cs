using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CvatServerless.Domain.Ports;
using BlobProperties = CvatServerless.Domain.Ports.BlobProperties;

namespace CvatServerless.Storage.Azure;

/// <summary>Blob Storage: one container, <see cref="Container"/>.</summary>
internal sealed class AzureBlobStore(AzureClients clients, TimeProvider time) : IBlobStore
{
    /// <summary>The container of all blobs.</summary>
    internal const string Container = "cvatserverless";

    private static readonly TimeSpan CopyPoll = TimeSpan.FromMilliseconds(200);
    private const int MaxAppendBytes = 4 * 1024 * 1024;
    private readonly Ensured _ensured = new();

    /// <inheritdoc/>
    public async Task<BlobProperties?> FindAsync(string name, CancellationToken ct)
    {
        try
        {
            var found = await RunAsync(name, container => container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: ct), ct);
            return new BlobProperties(name, found.Value.ContentLength, found.Value.ETag.ToString("H"), found.Value.LastModified);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string name, long offset, long? length, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        try
        {
            if (length == 0)
            {
                return await FindAsync(name, ct) is null ? throw new BlobNotFoundException(name) : new MemoryStream();
            }

            var options = new BlobDownloadOptions { Range = offset == 0 && length is null ? default : new HttpRange(offset, length) };
            var answer = await RunAsync(name, container => container.GetBlobClient(name).DownloadStreamingAsync(options, ct), ct);
            return answer.Value.Content;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new BlobNotFoundException(name, e);
        }
        catch (RequestFailedException e) when (e.Status == 416)
        {
            return new MemoryStream();
        }
    }

    /// <inheritdoc/>
    public Task<BlobProperties> WriteAsync(string name, Func<Stream, CancellationToken, Task> write, BlobCondition condition, CancellationToken ct) =>
        RunAsync(
            name,
            async container =>
            {
                await using var staged = new StagedBlobStream(container.GetBlockBlobClient(name), ToConditions(condition), ct);
                await write(staged, ct);
                return await staged.CommitAsync(ct);
            },
            ct);

    /// <inheritdoc/>
    public async Task<long> AppendAsync(string name, ReadOnlyMemory<byte> data, long expectedLength, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, MaxAppendBytes);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunAsync(name, _ => AppendOnceAsync(name, data, expectedLength, ct), ct);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                throw new StoreConflictException($"The blob '{name}' has not the length {expectedLength}.", e);
            }
            catch (StoreConflictException) when (attempt > 1 && !data.IsEmpty)
            {
                // The answer of an earlier try was lost: what lies there may be ours.
                if (!await HoldsAsync(name, data, expectedLength, ct))
                {
                    throw;
                }

                return expectedLength + data.Length;
            }
            catch (StoreUnavailableException) when (attempt < StoreRetry.Attempts)
            {
                await StoreRetry.WaitAsync(attempt, time, ct);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<BlobProperties> CopyAsync(string from, string to, CancellationToken ct)
    {
        try
        {
            var options = new BlobCopyFromUriOptions { DestinationConditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await RunAsync(to, container => container.GetBlobClient(to).StartCopyFromUriAsync(container.GetBlobClient(from).Uri, options, ct), ct);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new BlobNotFoundException(from, e);
        }
        catch (StoreConflictException)
        {
            // It is there, or an earlier try is still on its way.
        }

        return await CopiedAsync(to, ct);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, CancellationToken ct) =>
        (await RunAsync(name, container => container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: ct), ct)).Value;

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobProperties> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await RunAsync(prefix, container => FirstPageAsync(container, prefix, from, ct), ct);
            continuation = page.ContinuationToken;
            foreach (var blob in page.Values)
            {
                yield return new BlobProperties(blob.Name, blob.Properties.ContentLength ?? 0, (blob.Properties.ETag ?? default).ToString("H"), blob.Properties.LastModified ?? default);
            }
        }
        while (!string.IsNullOrEmpty(continuation));
    }

    /// <summary>Waits for a copy to be whole.</summary>
    private async Task<BlobProperties> CopiedAsync(string name, CancellationToken ct)
    {
        while (true)
        {
            var found = await RunAsync(name, container => container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: ct), ct);
            switch (found.Value.BlobCopyStatus)
            {
                case CopyStatus.Pending:
                    await Task.Delay(CopyPoll, time, ct);
                    break;
                case CopyStatus.Aborted or CopyStatus.Failed:
                    await DeleteAsync(name, ct);
                    throw new StoreUnavailableException($"The copy to the blob '{name}' was broken off.");
                default:
                    return new BlobProperties(name, found.Value.ContentLength, found.Value.ETag.ToString("H"), found.Value.LastModified);
            }
        }
    }

    private static async Task<Page<BlobItem>> FirstPageAsync(BlobContainerClient container, string prefix, string? continuation, CancellationToken ct)
    {
        await foreach (var page in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, ct).AsPages(continuation))
        {
            return page;
        }

        throw new InvalidOperationException("A listing without a page.");
    }

    private static BlobRequestConditions? ToConditions(BlobCondition condition) =>
        condition.IfAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
        : condition.IfMatch is { } etag ? new BlobRequestConditions { IfMatch = new ETag(etag) }
        : null;

    private async Task<long> AppendOnceAsync(string name, ReadOnlyMemory<byte> data, long expectedLength, CancellationToken ct)
    {
        var client = clients.Appends.GetBlobContainerClient(Container).GetAppendBlobClient(name);
        if (expectedLength == 0)
        {
            await client.CreateIfNotExistsAsync(cancellationToken: ct);
        }

        if (data.IsEmpty)
        {
            var found = await client.GetPropertiesAsync(cancellationToken: ct);
            return found.Value.ContentLength == expectedLength && found.Value.BlobType == BlobType.Append
                ? expectedLength
                : throw new StoreConflictException($"The blob '{name}' has not the length {expectedLength}.");
        }

        using var body = new MemoryStream(data.ToArray(), writable: false);
        var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = expectedLength } };
        await client.AppendBlockAsync(body, options, ct);
        return expectedLength + data.Length;
    }

    private async Task<bool> HoldsAsync(string name, ReadOnlyMemory<byte> data, long offset, CancellationToken ct)
    {
        await using var stream = await OpenReadAsync(name, offset, data.Length, ct);
        using var stored = new MemoryStream();
        await stream.CopyToAsync(stored, ct);
        return stored.GetBuffer().AsSpan(0, (int)stored.Length).SequenceEqual(data.Span);
    }

    private Task<T> RunAsync<T>(string name, Func<BlobContainerClient, Task<T>> call, CancellationToken ct) =>
        AzureErrors.RunAsync(
            async () =>
            {
                var container = clients.Blobs.GetBlobContainerClient(Container);
                await _ensured.EnsureAsync(Container, () => container.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None));
                return await call(container);
            },
            $"The blob '{name}'",
            ct);
}
