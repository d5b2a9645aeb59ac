using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Api.Server;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Manifest;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>
/// A page of a level as a manifest shows it: each entry once, folders first, in natural order, in whatever order the manifest has them. It is read anew for each page. Not more
/// than <see cref="MaxHeld"/> entries are in memory: for what lies further back the manifest is read again, from the last entry of the reading before on.
/// </summary>
internal static class CloudManifestPage
{
    /// <summary>Entries in memory at a time, about 200 bytes each: a million are four readings.</summary>
    private const int MaxHeld = 250_000;

    private static readonly Comparer<FileRead> Order = Comparer<FileRead>.Create((one, other) =>
        string.CompareOrdinal(one.Type, other.Type) is not 0 and var byType ? byType : FrameSorting.CompareNatural(one.Name, other.Name));

    /// <summary>Entries from <paramref name="start"/> on, at most <paramref name="size"/> of them, and whether more follow.</summary>
    /// <exception cref="CloudStorageException">The bucket does not give the manifest.</exception>
    /// <exception cref="Domain.MediaException">It is no manifest.</exception>
    public static async Task<(IReadOnlyList<FileRead> Entries, bool HasMore)> ReadAsync(
        ICloudStorage bucket, string manifest, CloudLevel level, int start, int size, CancellationToken ct, int maxHeld = MaxHeld)
    {
        FileRead? after = null;
        while (true)
        {
            var wanted = start + size + 1;
            var held = Math.Min(wanted, Math.Max(maxHeld, size + 1));
            var found = await FirstAsync(bucket, manifest, level, after, held, ct);
            if (held == wanted || found.Count < held)
            {
                return ([.. found.Skip(start).Take(size)], found.Count == wanted);
            }

            // All of these come before the page, or the page goes beyond them.
            var passed = Math.Min(start, found.Count);
            after = found.ElementAt(passed - 1);
            start -= passed;
        }
    }

    /// <summary>The first <paramref name="count"/> entries behind one, in order.</summary>
    private static async Task<SortedSet<FileRead>> FirstAsync(ICloudStorage bucket, string manifest, CloudLevel level, FileRead? after, int count, CancellationToken ct)
    {
        var folder = CloudKeys.FolderOf(manifest);
        var first = new SortedSet<FileRead>(Order);
        await using var stream = await bucket.OpenReadAsync(manifest, 0, null, null, ct);
        await foreach (var entry in ManifestReader.ReadImagesAsync(manifest, stream, ct))
        {
            if (entry is not null
                && level.EntryOf(folder + entry.FileName) is { } info
                && (after is null || Order.Compare(info, after) > 0)
                && first.Add(info)
                && first.Count > count)
            {
                first.Remove(first.Max!);
            }
        }

        return first;
    }
}
