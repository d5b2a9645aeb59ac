using System.Buffers.Binary;
using System.IO.Compression;
using CvatServerless.Domain;
using static CvatServerless.Media.Archives.ZipRecords;

namespace CvatServerless.Media.Archives;

/// <summary>
/// The one zip reader of the product: over a seekable stream or file, with limits that hold while reading. Opening checks the whole directory
/// (names, counts, sizes, ratios, overlaps, links); reading an entry checks its size and CRC. One entry may be read at a time.
/// </summary>
public sealed class ZipSource : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly string _archiveName;
    private readonly bool _leaveOpen;
    private readonly OrderedDictionary<string, ZipEntry> _entries;
    private readonly SemaphoreSlim _turns = new(1);

    private ZipSource(string archiveName, Stream stream, bool leaveOpen, OrderedDictionary<string, ZipEntry> entries)
    {
        (_archiveName, _stream, _leaveOpen, _entries) = (archiveName, stream, leaveOpen, entries);
    }

    /// <summary>The files, in the order of the directory; directories, <c>__MACOSX</c> and <c>.DS_Store</c> are left out.</summary>
    public IReadOnlyList<ZipEntry> Entries => _entries.Values;

    /// <summary>The same by their names.</summary>
    public IReadOnlyDictionary<string, ZipEntry> ByName => _entries;

    /// <summary>Opens a zip.</summary>
    /// <param name="archiveName">Name for messages.</param>
    /// <param name="stream">Seekable; disposed with the source unless <paramref name="leaveOpen"/>.</param>
    /// <param name="limits">What the archive may hold.</param>
    /// <param name="leaveOpen">The caller keeps the stream.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="MediaException">Not a zip, broken, or hostile; the message says which entry and why.</exception>
    public static async Task<ZipSource> OpenAsync(string archiveName, Stream stream, ArchiveLimits limits, bool leaveOpen, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var entries = await new ZipDirectoryParser(archiveName, stream, limits).ParseAsync(cancellationToken);
        return new ZipSource(archiveName, stream, leaveOpen, entries);
    }

    /// <summary>A zip that was opened and checked before, for entries that are known from then: its directory is not read again, and <see cref="Entries"/> is empty.</summary>
    /// <param name="archiveName">Name for messages.</param>
    /// <param name="stream">Seekable; disposed with the source.</param>
    public static ZipSource Reopen(string archiveName, Stream stream) => new(archiveName, stream, leaveOpen: false, []);

    /// <summary>
    /// The decompressed bytes of an entry. Reading throws <see cref="MediaException"/> when there are more or fewer bytes than promised or the CRC
    /// is wrong; the last read that would return the end is the one that tells.
    /// </summary>
    public Task<Stream> OpenEntryAsync(ZipEntry entry, CancellationToken cancellationToken) => OpenEntryAsync(entry, turn: null, cancellationToken);

    /// <summary>
    /// As <see cref="OpenEntryAsync(ZipEntry, CancellationToken)"/>, for several readers: waits until the stream that was opened so before is disposed of. Pictures
    /// are read one after the other, then decoded side by side.
    /// </summary>
    public async ValueTask<Stream> OpenInTurnAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await OpenEntryAsync(entry, _turns, cancellationToken);
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    /// <summary>The entry as one array; for entries that are known to be small, such as the pictures of a chunk.</summary>
    public async Task<byte[]> ReadEntryAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.SizeBytes > Array.MaxLength)
        {
            throw Bad(entry, "is too large");
        }

        await using var stream = await OpenEntryAsync(entry, cancellationToken);
        var bytes = new byte[entry.SizeBytes];
        // An entry that is shorter than promised makes the stream throw here, one that goes on at the next read.
        await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancellationToken);
        return bytes;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _turns.Dispose();
        if (!_leaveOpen)
        {
            await _stream.DisposeAsync();
        }
    }

    private async Task<Stream> OpenEntryAsync(ZipEntry entry, SemaphoreSlim? turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.IsEncrypted)
        {
            throw Bad(entry, "is encrypted");
        }

        if (entry.Method is not (Stored or Deflated))
        {
            throw Bad(entry, $"uses compression method {entry.Method}, which is not supported");
        }

        var body = new BoundedStream(_stream, await BodyOffsetAsync(entry, cancellationToken), entry.CompressedBytes);
        Stream content = entry.Method == Stored ? body : new DeflateStream(body, CompressionMode.Decompress);
        return new CheckedEntryStream(content, entry, reason => Bad(entry, reason), turn);
    }

    private async Task<long> BodyOffsetAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        var header = new byte[LocalHeaderLength];
        _stream.Position = entry.HeaderOffset;
        await _stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalHeader)
        {
            throw Bad(entry, "has a broken header");
        }

        var offset = entry.HeaderOffset + LocalHeaderLength
            + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        return offset + entry.CompressedBytes <= _stream.Length ? offset : throw Bad(entry, "is cut off");
    }

    private MediaException Bad(ZipEntry entry, string reason) => new(_archiveName, $"can't be unpacked: entry '{entry.Name}' {reason}");
}
