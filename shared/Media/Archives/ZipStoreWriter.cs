using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using static CvatServerless.Media.Archives.ZipRecords;

namespace CvatServerless.Media.Archives;

/// <summary>
/// Writes a zip front to back to any stream, seekable or not. The same entries give the same bytes (timestamps are fixed), entries that are at hand
/// as a whole carry their size and CRC in front, streams of unknown length have them behind (data descriptor), zip64 is used where needed.
/// Never holds more than one entry. Not thread-safe: one entry after the other, then <see cref="FinishAsync"/>.
/// </summary>
public sealed class ZipStoreWriter(Stream output)
{
    private const int CopyBufferBytes = 128 * 1024;
    private readonly ZipRecordBuilder _records = new();
    private readonly List<WrittenEntry> _entries = [];
    private long _offset;
    private bool _isFinished;
    private bool _hasOpenEntry;

    /// <summary>Bytes written so far.</summary>
    public long LengthBytes => _offset;

    /// <summary>Entries written so far.</summary>
    public int Count => _entries.Count;

    /// <summary>Writes a stored (uncompressed) entry from memory.</summary>
    public ValueTask WriteStoredAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteKnownAsync(new WrittenEntry(name, Stored, _offset) { Crc = Crc32.HashToUInt32(content.Span), Size = content.Length, Compressed = content.Length }, content, cancellationToken);

    /// <summary>Writes a stored entry from a stream of unknown length.</summary>
    public async Task WriteStoredAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var entry = OpenEntry(name, compress: false);
        await content.CopyToAsync(entry, CopyBufferBytes, cancellationToken);
    }

    /// <summary>Writes a deflated entry from memory; for text. Falls back to stored when that is smaller.</summary>
    public async Task WriteDeflatedAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        await using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await deflate.WriteAsync(content, cancellationToken);
        }

        if (packed.Length >= content.Length)
        {
            await WriteStoredAsync(name, content, cancellationToken);
            return;
        }

        var entry = new WrittenEntry(name, Deflated, _offset) { Crc = Crc32.HashToUInt32(content.Span), Size = content.Length, Compressed = packed.Length };
        await WriteKnownAsync(entry, packed.GetBuffer().AsMemory(0, (int)packed.Length), cancellationToken);
    }

    /// <summary>Writes a deflated entry from a stream of unknown length.</summary>
    public async Task WriteDeflatedAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var entry = OpenEntry(name, compress: true);
        await content.CopyToAsync(entry, CopyBufferBytes, cancellationToken);
    }

    /// <summary>Copies an entry that is already encoded, e.g. from another zip, without touching its bytes.</summary>
    /// <param name="name">Entry name, <c>/</c> as separator.</param>
    /// <param name="isDeflated">How <paramref name="raw"/> is encoded: deflated, or stored.</param>
    /// <param name="crc">CRC-32 of the decoded bytes.</param>
    /// <param name="sizeBytes">Size of the decoded bytes.</param>
    /// <param name="rawBytes">Size of <paramref name="raw"/>, which must hold exactly that much.</param>
    /// <param name="raw">The encoded bytes.</param>
    /// <param name="cancellationToken">Ends the copy; the zip is then unusable.</param>
    public async Task WriteRawAsync(string name, bool isDeflated, uint crc, long sizeBytes, long rawBytes, Stream raw, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var entry = new WrittenEntry(name, isDeflated ? Deflated : Stored, _offset) { Crc = crc, Size = sizeBytes, Compressed = rawBytes };
        await WriteHeaderAsync(entry, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBufferBytes);
        try
        {
            for (var left = rawBytes; left > 0;)
            {
                var count = await raw.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                if (count == 0)
                {
                    throw new EndOfStreamException($"The encoded bytes of '{name}' end early.");
                }

                await EmitAsync(buffer.AsMemory(0, count), cancellationToken);
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _entries.Add(entry);
    }

    /// <summary>
    /// Opens an entry to be written as a stream, for content that is made on the way (JSON, XML). Dispose it asynchronously before the next entry;
    /// an entry that is not disposed leaves the zip without it and unusable.
    /// </summary>
    public Stream OpenEntry(string name, bool compress)
    {
        EnsureIdle();
        var entry = new WrittenEntry(name, compress ? Deflated : Stored, _offset) { HasDescriptor = true };
        _hasOpenEntry = true;
        return new EntryWriteStream(this, entry);
    }

    /// <summary>Writes the directory. The output stream stays open.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        EnsureIdle();
        _isFinished = true;
        var start = _offset;
        foreach (var entry in _entries)
        {
            await EmitAsync(_records.Central(entry), cancellationToken);
        }

        await EmitAsync(_records.End(_entries.Count, start, _offset - start), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    internal ValueTask WriteHeaderAsync(WrittenEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.HasDescriptor)
        {
            EnsureIdle();
        }

        return EmitAsync(_records.Local(entry), cancellationToken);
    }

    internal async ValueTask EmitAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await output.WriteAsync(bytes, cancellationToken);
        _offset += bytes.Length;
    }

    internal async ValueTask CloseEntryAsync(WrittenEntry entry)
    {
        await EmitAsync(_records.Descriptor(entry), CancellationToken.None);
        _entries.Add(entry);
        _hasOpenEntry = false;
    }

    private async ValueTask WriteKnownAsync(WrittenEntry entry, ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(entry, cancellationToken);
        await EmitAsync(encoded, cancellationToken);
        _entries.Add(entry);
    }

    private void EnsureIdle()
    {
        if (_isFinished || _hasOpenEntry)
        {
            throw new InvalidOperationException(_isFinished ? "The zip is finished." : "An entry is still open.");
        }
    }
}
