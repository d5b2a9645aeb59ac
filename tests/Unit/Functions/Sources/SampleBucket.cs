using CvatServerless.Domain.Ports;

namespace CvatServerless.Tests.Unit.Functions.Sources;

/// <summary>A bucket in memory with short pages, which keeps how it was asked.</summary>
internal sealed class SampleBucket(int pageSize = 3) : ICloudStorage, ICloudStorages
{
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <summary>What to throw at every call; null: nothing.</summary>
    public CloudStorageException? Failure { get; set; }

    /// <summary>Calls in order: <c>find KEY</c>, <c>list PREFIX</c>, <c>read KEY OFFSET LENGTH</c>.</summary>
    public List<string> Calls { get; } = [];

    public byte[] this[string key]
    {
        set => _objects[key] = value;
    }

    public Task<ICloudStorage> OpenAsync(int id, CancellationToken ct) => Failure is null ? Task.FromResult<ICloudStorage>(this) : throw Failure;

    public Task<CloudStorageStatus> CheckAsync(CancellationToken ct) => Task.FromResult(CloudStorageStatus.Available);

    public Task<CloudObject?> FindAsync(string key, CancellationToken ct)
    {
        Note($"find {key}");
        return Task.FromResult(_objects.TryGetValue(key, out var content) ? Of(key, content) : null);
    }

    public Task<CloudPage> ListAsync(string prefix, bool recursive, int pageSizeAsked, string? continuation, CancellationToken ct)
    {
        Note($"list {prefix}");
        var rest = _objects.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(entry.Key, continuation) > 0)
            .Where(entry => recursive || !entry.Key[prefix.Length..].Contains('/', StringComparison.Ordinal)).Take(pageSize + 1).ToList();
        var page = rest.Take(pageSize).ToList();
        return Task.FromResult(new CloudPage([.. page.Select(entry => Of(entry.Key, entry.Value))], [], rest.Count > pageSize ? page[^1].Key : null));
    }

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken ct)
    {
        Note($"read {key} {offset} {length}");
        var content = _objects.TryGetValue(key, out var found) ? found : throw new CloudStorageException(CloudStorageFailure.NotFound, $"'{key}' does not exist.");
        return etag is null || etag == Of(key, content).ETag
            ? Task.FromResult<Stream>(new MemoryStream(content, (int)offset, (int)Math.Min(length ?? long.MaxValue, content.Length - offset)))
            : throw new CloudStorageException(CloudStorageFailure.Changed, $"'{key}' has changed.");
    }

    public Task WriteAsync(string key, Stream content, CancellationToken ct) => throw new NotSupportedException();

    private static CloudObject Of(string key, byte[] content) => new(key, content.Length, $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))}\"", default);

    private void Note(string call)
    {
        lock (Calls)
        {
            Calls.Add(call);
        }

        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
