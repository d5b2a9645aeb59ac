using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Sources;

/// <summary>A bucket as a source. A path that ends in <c>/</c> is a folder.</summary>
internal sealed class CloudFolder(ICloudStorage bucket, string prefix) : ISourceFolder
{
    private const int PageSize = 1000;
    private const int Parallel = 16;

    /// <summary>From so many wanted files on, the listing of their folder costs less than asking for each.</summary>
    private const int WorthListing = 24;

    /// <summary>A page of the listing for so many wanted files, then the rest are asked for: the folder may hold far more than these.</summary>
    private const int WantedPerPage = 16;

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

            single.AddRange(await FromListingAsync(folder.Key, wanted, found, ct));
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
    public async IAsyncEnumerable<SourceEntry> WalkAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(prefix, recursive: true, ct))
        {
            foreach (var entry in page)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Looks for files in the listing of their folder; the ones that have to be asked for one by one.</summary>
    private async Task<IReadOnlyCollection<string>> FromListingAsync(string folder, HashSet<string> wanted, ConcurrentDictionary<string, SourceEntry> found, CancellationToken ct)
    {
        var maxPages = (wanted.Count / WantedPerPage) + 1;
        var pages = 0;
        await foreach (var page in PagesAsync(folder, recursive: false, ct))
        {
            foreach (var entry in page.Where(entry => wanted.Remove(entry.Path)))
            {
                found[entry.Path] = entry;
            }

            if (wanted.Count == 0 || ++pages == maxPages)
            {
                return wanted;
            }
        }

        return [];
    }

    private async IAsyncEnumerable<IReadOnlyList<SourceEntry>> PagesAsync(string from, bool recursive, [EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        var pages = 0;
        do
        {
            CloudPatience.CheckPages(++pages);
            var (page, next) = (await CallAsync(() => bucket.ListAsync(from, recursive, PageSize, continuation, ct)), continuation);
            yield return [.. page.Objects.Where(found => !IsFolder(found.Key)).Select(Of)];

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
