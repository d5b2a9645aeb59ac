using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Sources;

/// <summary>A bucket as a source. A path that ends in <c>/</c> is a folder.</summary>
internal sealed class CloudFolder(ICloudStorage bucket, string prefix) : ISourceFolder
{
    private const int PageSize = 1000;
    private const int Parallel = 16;

    /// <summary>From so many wanted files on, the listing of their folder costs less than asking for each.</summary>
    private const int WorthListing = 24;

    /// <inheritdoc/>
    public string Title => "the cloud storage";

    /// <inheritdoc/>
    public string Prefix => prefix;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, SourceEntry>> FindAsync(IReadOnlyCollection<string> paths, CancellationToken ct)
    {
        var found = new ConcurrentDictionary<string, SourceEntry>(StringComparer.Ordinal);
        var single = new List<string>();
        foreach (var folder in paths.Where(path => !IsFolder(path)).GroupBy(path => path[..(path.LastIndexOf('/') + 1)], StringComparer.Ordinal))
        {
            var wanted = folder.ToHashSet(StringComparer.Ordinal);
            if (wanted.Count < WorthListing)
            {
                single.AddRange(wanted);
                continue;
            }

            await foreach (var entry in PagesAsync(folder.Key, recursive: false, ct))
            {
                if (wanted.Contains(entry.Path))
                {
                    found[entry.Path] = entry;
                }
            }
        }

        await System.Threading.Tasks.Parallel.ForEachAsync(single, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (path, token) =>
        {
            if (await CallAsync(() => bucket.FindAsync(path, token)) is { } entry)
            {
                found[path] = Of(entry);
            }
        });
        foreach (var path in paths.Where(IsFolder))
        {
            found[path] = new(path, new(PlaceKind.Cloud, path), 0, IsFolder: true);
        }

        return found;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceEntry> WalkAsync(string prefix, CancellationToken ct) => PagesAsync(prefix, recursive: true, ct);

    private async IAsyncEnumerable<SourceEntry> PagesAsync(string from, bool recursive, [EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var (page, next) = (await CallAsync(() => bucket.ListAsync(from, recursive, PageSize, continuation, ct)), continuation);
            foreach (var found in page.Objects.Where(found => !IsFolder(found.Key)))
            {
                yield return Of(found);
            }

            continuation = page.Continuation;
            if (continuation is not null && continuation == next)
            {
                throw CvatException.Rule("The cloud storage lists its files in circles.");
            }
        }
        while (continuation is not null);
    }

    private static bool IsFolder(string path) => path.Length == 0 || path.EndsWith('/');

    private static SourceEntry Of(CloudObject found) => new(found.Key, new(PlaceKind.Cloud, found.Key, found.ETag), found.LengthBytes);

    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (CloudStorageException e) when (e.Failure != CloudStorageFailure.Unavailable)
        {
            throw CvatException.Rule(e.Message);
        }
    }
}
