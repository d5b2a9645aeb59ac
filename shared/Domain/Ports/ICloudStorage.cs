namespace CvatServerless.Domain.Ports;

/// <summary>
/// A user's own bucket or container (S3, Azure Blob Storage, Google Cloud Storage), whichever the provider. Keys are <c>/</c>-separated and whole: the prefix that a
/// user set for the storage is the caller's business. Every connection passes the outbound guard.
/// </summary>
public interface ICloudStorage
{
    /// <summary>Whether the bucket is there and may be read.</summary>
    Task<CloudStorageStatus> CheckAsync(CancellationToken ct);

    /// <summary>Size and version of an object, or null.</summary>
    /// <exception cref="CloudStorageException">The bucket can't be reached, or refuses.</exception>
    Task<CloudObject?> FindAsync(string key, CancellationToken ct);

    /// <summary>
    /// Objects whose key begins with <paramref name="prefix"/>, in the provider's order; not <paramref name="recursive"/>: those of this level, and the folders
    /// below it. A page may be short and still have a continuation; only a null continuation ends the listing.
    /// </summary>
    /// <exception cref="CloudStorageException">The bucket can't be reached, or refuses.</exception>
    Task<CloudPage> ListAsync(string prefix, bool recursive, int pageSize, string? continuation, CancellationToken ct);

    /// <summary>The content from <paramref name="offset"/> on (<paramref name="length"/> bytes, or all), as a stream that can't seek.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="offset">In bytes.</param>
    /// <param name="length">In bytes; null: to the end.</param>
    /// <param name="etag">Only this version; null: whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="CloudStorageException">There is no such object, it is another version by now, or the bucket refuses.</exception>
    Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken ct);

    /// <summary>Writes a whole object of any length from a stream that need not seek; nobody sees a part of it.</summary>
    /// <exception cref="CloudStorageException">The bucket can't be reached, or refuses.</exception>
    Task WriteAsync(string key, Stream content, CancellationToken ct);
}

/// <summary>Opens the buckets that users have registered.</summary>
public interface ICloudStorages
{
    /// <summary>The bucket behind a registered cloud storage, with its credentials. Who may use it was asked before.</summary>
    /// <exception cref="CloudStorageException">It was removed, or its credentials can't be used.</exception>
    Task<ICloudStorage> OpenAsync(int id, CancellationToken ct);
}

/// <summary>State of a bucket, as <c>cloudstorages_retrieve_status</c> says it.</summary>
public enum CloudStorageStatus
{
    /// <summary>It can be read.</summary>
    Available,

    /// <summary>There is no such bucket, or no such server.</summary>
    NotFound,

    /// <summary>The credentials don't suffice.</summary>
    Forbidden,
}

/// <summary>An object in a bucket.</summary>
public sealed record CloudObject(string Key, long LengthBytes, string ETag, DateTimeOffset LastModified);

/// <summary>A stretch of a listing: objects, and folders as prefixes that end in <c>/</c>.</summary>
public sealed record CloudPage(IReadOnlyList<CloudObject> Objects, IReadOnlyList<string> Folders, string? Continuation);

/// <summary>Why a bucket gave nothing.</summary>
public enum CloudStorageFailure
{
    /// <summary>The object or the bucket is not there, or the storage was removed.</summary>
    NotFound,

    /// <summary>The credentials don't suffice.</summary>
    Forbidden,

    /// <summary>The object is another version by now.</summary>
    Changed,

    /// <summary>No connection, a broken one, or a server error: the same call may succeed later.</summary>
    Unavailable,
}

/// <summary>A call to a bucket failed. The message may be shown to users: it holds no credential.</summary>
public sealed class CloudStorageException(CloudStorageFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public CloudStorageFailure Failure => failure;
}
