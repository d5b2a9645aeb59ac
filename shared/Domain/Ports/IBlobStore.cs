namespace CvatServerless.Domain.Ports;

/// <summary>
/// Azure Blob Storage as far as this product uses it: block blobs that are written whole and append blobs that grow by a conditional append.
/// Names are <c>/</c>-separated. A reader sees either the old or the new content, never a mixture.
/// </summary>
public interface IBlobStore
{
    /// <summary>Properties, or null where there is no such blob.</summary>
    Task<BlobProperties?> FindAsync(string name, CancellationToken ct);

    /// <summary>
    /// The content from <paramref name="offset"/> on (<paramref name="length"/> bytes, or all). The stream goes on giving the content of this moment when
    /// the blob is replaced meanwhile, or fails; it never mixes. Seekable only where the adapter can.
    /// </summary>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    Task<Stream> OpenReadAsync(string name, long offset, long? length, CancellationToken ct);

    /// <summary>
    /// Writes a whole blob with what <paramref name="write"/> puts into the stream; it becomes visible, durably, when this returns, and not at all where
    /// <paramref name="write"/> throws.
    /// </summary>
    /// <exception cref="StoreConflictException"><paramref name="condition"/> does not hold.</exception>
    Task<BlobProperties> WriteAsync(string name, Func<Stream, CancellationToken, Task> write, BlobCondition condition, CancellationToken ct);

    /// <summary>
    /// Appends to an append blob, which is created at position 0. Durable when it returns; a crash leaves all of <paramref name="data"/> or nothing.
    /// Returns the new length. At most 4 MiB a call and 50,000 calls a blob.
    /// </summary>
    /// <exception cref="StoreConflictException">The blob's length is not <paramref name="expectedLength"/>.</exception>
    Task<long> AppendAsync(string name, ReadOnlyMemory<byte> data, long expectedLength, CancellationToken ct);

    /// <summary>
    /// Gives the content of a blob to a new one, without reading it where the adapter can; one of that name that is there is left as it is, so that a repetition changes nothing.
    /// Complete and durable when it returns. An append blob that was copied must not grow any more.
    /// </summary>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    Task<BlobProperties> CopyAsync(string from, string to, CancellationToken ct);

    /// <summary>Removes a blob; true where there was one.</summary>
    Task<bool> DeleteAsync(string name, CancellationToken ct);

    /// <summary>Blobs whose name begins with <paramref name="prefix"/>, in ordinal order.</summary>
    IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken ct);
}

/// <summary>What is known of a blob.</summary>
public sealed record BlobProperties(string Name, long LengthBytes, string ETag, DateTimeOffset LastModified);

/// <summary>When a write may replace what is there.</summary>
public readonly record struct BlobCondition(string? IfMatch, bool IfAbsent)
{
    /// <summary>Replace whatever is there.</summary>
    public static readonly BlobCondition None;

    /// <summary>Only where there is none.</summary>
    public static readonly BlobCondition Absent = new(null, true);

    /// <summary>Only where it still has this ETag.</summary>
    public static BlobCondition Match(string etag) => new(etag, false);
}
