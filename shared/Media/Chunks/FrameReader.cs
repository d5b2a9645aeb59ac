using CvatServerless.Domain;
using CvatServerless.Media.Archives;

namespace CvatServerless.Media.Chunks;

/// <summary>Takes single frames out of a chunk zip of our own making: reads its directory and the one entry, nothing else.</summary>
public static class FrameReader
{
    private static readonly ArchiveLimits ChunkLimits = new();

    /// <summary>The frame at a position of the chunk (frame number modulo chunk size), with its entry name.</summary>
    /// <param name="chunk">Seekable; left open.</param>
    /// <param name="position">0-based, in entry order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk has fewer entries.</exception>
    /// <exception cref="MediaException">The chunk is damaged.</exception>
    public static async Task<ChunkEntry> ReadAsync(Stream chunk, int position, CancellationToken cancellationToken)
    {
        await using var zip = await ZipSource.OpenAsync("chunk", chunk, ChunkLimits, leaveOpen: true, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, zip.Entries.Count);
        var entry = zip.Entries[position];
        return new ChunkEntry(entry.Name, await zip.ReadEntryAsync(entry, cancellationToken));
    }
}

/// <summary>One picture of a chunk.</summary>
/// <param name="Name">Entry name, <c>%06d.ext</c>.</param>
/// <param name="Bytes">The encoded picture.</param>
public sealed record ChunkEntry(string Name, ReadOnlyMemory<byte> Bytes);
