using System.Runtime.CompilerServices;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Sources;

/// <summary>The connected share as a source.</summary>
internal sealed class ShareFolder(IFileShare share) : ISourceFolder
{
    /// <inheritdoc/>
    public string Title => "the share";

    /// <inheritdoc/>
    public string Prefix => "";

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, SourceEntry>> FindAsync(IReadOnlyCollection<string> paths, CancellationToken ct)
    {
        var found = new Dictionary<string, SourceEntry>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            ct.ThrowIfCancellationRequested();
            if (Guarded(() => share.Find(path)) is { } entry)
            {
                found[path] = Of(entry);
            }
        }

        return Task.FromResult<IReadOnlyDictionary<string, SourceEntry>>(found);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceEntry> WalkAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        var folders = new Stack<string>([prefix[..(prefix.LastIndexOf('/') + 1)].TrimEnd('/')]);
        while (folders.TryPop(out var folder))
        {
            ct.ThrowIfCancellationRequested();
            var below = Guarded(() => share.List(folder)) ?? [];
            foreach (var entry in below.Where(entry => !entry.IsFolder && entry.Path.StartsWith(prefix, StringComparison.Ordinal)))
            {
                yield return Of(entry);
            }

            // Linked folders are not entered: they may lead round in circles.
            foreach (var entry in below.Where(entry => entry is { IsFolder: true, IsLink: false } && Leads(entry.Path + '/', prefix)).Reverse())
            {
                folders.Push(entry.Path);
            }
        }
    }

    private static bool Leads(string folder, string prefix) =>
        folder.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(folder, StringComparison.Ordinal);

    private static SourceEntry Of(ShareEntry entry) => new(entry.Path, new(PlaceKind.Share, entry.Path), entry.LengthBytes, entry.IsFolder);

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FileShareException e)
        {
            throw CvatException.Rule(e.Message);
        }
    }
}
