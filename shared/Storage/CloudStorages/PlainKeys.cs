using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>
/// A bucket in which only plain keys are opened (<see cref="CloudKeys.IsObject"/>): SDKs shorten <c>..</c> on the way, which would lead into another bucket of the account.
/// </summary>
internal sealed class PlainKeys(ICloudStorage inner) : ICloudStorage
{
    /// <inheritdoc/>
    public Task<CloudStorageStatus> CheckAsync(CancellationToken ct) => inner.CheckAsync(ct);

    /// <inheritdoc/>
    public Task<CloudObject?> FindAsync(string key, CancellationToken ct) => inner.FindAsync(Checked(key), ct);

    /// <inheritdoc/>
    public Task<CloudPage> ListAsync(string prefix, bool recursive, int pageSize, string? continuation, CancellationToken ct) =>
        inner.ListAsync(prefix, recursive, pageSize, continuation, ct);

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken ct) => inner.OpenReadAsync(Checked(key), offset, length, etag, ct);

    /// <inheritdoc/>
    public Task WriteAsync(string key, Stream content, CancellationToken ct) => inner.WriteAsync(Checked(key), content, ct);

    private static string Checked(string key) => CloudKeys.IsObject(key)
        ? key
        : throw new CloudStorageException(CloudStorageFailure.NotFound, $"'{key}' is not the key of an object that is opened: it begins or ends with a slash, or has empty, '.' or '..' segments.");
}
