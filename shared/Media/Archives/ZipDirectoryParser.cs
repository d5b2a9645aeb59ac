using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CvatServerless.Domain;
using static CvatServerless.Media.Archives.ZipRecords;

namespace CvatServerless.Media.Archives;

/// <summary>Reads a zip's central directory, a window of it at a time, and refuses what is unsafe before a single entry is opened.</summary>
internal sealed class ZipDirectoryParser(string archiveName, Stream stream, ArchiveLimits limits)
{
    private const int BytesPerEntryBound = CentralHeaderLength + 1024;
    private const int LongestRecord = CentralHeaderLength + (3 * Max16);
    private const int WindowBytes = 2 * LongestRecord;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Cp437 = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    /// <summary>Files in the order of the directory; directories and archivers' leftovers are left out.</summary>
    public async Task<OrderedDictionary<string, ZipEntry>> ParseAsync(CancellationToken cancellationToken)
    {
        var (offset, size, count) = await FindDirectoryAsync(cancellationToken);
        if (count > limits.MaxEntries)
        {
            throw Bad($"holds {count} entries, the limit is {limits.MaxEntries}");
        }

        if (offset < 0 || size < 0 || offset + size > stream.Length || size > (long)BytesPerEntryBound * Math.Max(count, 1) + CentralHeaderLength)
        {
            throw Bad("has a broken directory");
        }

        var window = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, WindowBytes));
        try
        {
            return await EntriesAsync(window, offset, size, count, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private async Task<OrderedDictionary<string, ZipEntry>> EntriesAsync(byte[] window, long directoryOffset, long directorySize, long count, CancellationToken cancellationToken)
    {
        var room = (int)Math.Min(count, directorySize / CentralHeaderLength);
        var files = new OrderedDictionary<string, ZipEntry>(room, StringComparer.Ordinal);
        var others = new List<ZipEntry>();
        var (free, isInOrder) = (0L, true);
        var (at, end, unread, total) = (0, 0, directorySize, 0L);
        stream.Position = directoryOffset;
        for (var i = 0L; i < count; i++)
        {
            if (end - at < LongestRecord && unread > 0)
            {
                window.AsSpan(at..end).CopyTo(window);
                (at, end) = (0, end - at);
                var more = (int)Math.Min(unread, window.Length - end);
                await stream.ReadExactlyAsync(window.AsMemory(end, more), cancellationToken);
                (end, unread) = (end + more, unread - more);
            }

            var entry = Next(window.AsSpan(at..end), out var length);
            at += length;
            isInOrder = isInOrder && entry.HeaderOffset >= free && entry.CompressedBytes <= directoryOffset - entry.HeaderOffset - LocalHeaderLength;
            free = entry.HeaderOffset + LocalHeaderLength + entry.CompressedBytes;
            if (entry.Name.EndsWith('/') || EntryNames.IsIgnored(entry.Name))
            {
                others.Add(entry);
                continue;
            }

            total += entry.SizeBytes;
            CheckSizes(entry, total);
            if (!files.TryAdd(entry.Name, entry))
            {
                throw Bad($"has two entries of the same name: '{entry.Name}'");
            }
        }

        if (!isInOrder)
        {
            CheckNoOverlap([.. files.Values, .. others], directoryOffset);
        }

        return files;
    }

    private ZipEntry Next(ReadOnlySpan<byte> rest, out int length)
    {
        if (rest.Length < CentralHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(rest) != CentralHeader)
        {
            throw Bad("has a broken directory");
        }

        var (nameLength, extraLength, commentLength) = (U16(rest, 28), U16(rest, 30), U16(rest, 32));
        length = CentralHeaderLength + nameLength + extraLength + commentLength;
        if (rest.Length < length)
        {
            throw Bad("has a broken directory");
        }

        var (compressed, size, offset) = Sizes(rest, rest.Slice(CentralHeaderLength + nameLength, extraLength));
        var flags = U16(rest, 8);
        var entry = new ZipEntry(SafeName(rest.Slice(CentralHeaderLength, nameLength), flags), size, compressed)
        {
            Crc = BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]),
            Method = U16(rest, 10),
            HeaderOffset = offset,
            IsEncrypted = (flags & FlagEncrypted) != 0,
        };
        RefuseLinks(entry, madeBy: rest[5], unixMode: U16(rest, 40));
        return entry;
    }

    /// <summary>Sizes and offset; where a 32-bit field is all ones the zip64 extra field has the value (APPNOTE §4.5.3).</summary>
    private (long Compressed, long Size, long Offset) Sizes(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        while (extra.Length >= 4)
        {
            var (id, length) = (U16(extra, 0), U16(extra, 2));
            if (extra.Length < 4 + length)
            {
                break;
            }

            if (id == Zip64ExtraId)
            {
                var fields = extra.Slice(4, length);
                size = size == Max32 ? Take(ref fields) : size;
                compressed = compressed == Max32 ? Take(ref fields) : compressed;
                offset = offset == Max32 ? Take(ref fields) : offset;
            }

            extra = extra[(4 + length)..];
        }

        return size < 0 || compressed < 0 || offset < 0 ? throw Bad("has a broken directory") : (compressed, size, offset);
    }

    private long Take(ref ReadOnlySpan<byte> fields)
    {
        if (fields.Length < 8)
        {
            throw Bad("has a broken directory");
        }

        var value = BinaryPrimitives.ReadInt64LittleEndian(fields);
        fields = fields[8..];
        return value;
    }

    private string SafeName(ReadOnlySpan<byte> raw, ushort flags)
    {
        string name;
        try
        {
            name = StrictUtf8.GetString(raw);
        }
        catch (DecoderFallbackException) when ((flags & FlagUtf8) == 0)
        {
            name = Cp437.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            throw Bad("has an entry whose name is not valid UTF-8");
        }

        return EntryNames.Normalize(name, out var complaint) ?? throw Bad(complaint!);
    }

    private void RefuseLinks(ZipEntry entry, byte madeBy, ushort unixMode)
    {
        const int Unix = 3;
        const int TypeMask = 0xF000;
        const int SymbolicLink = 0xA000;
        if (madeBy == Unix && (unixMode & TypeMask) == SymbolicLink)
        {
            throw Bad($"has a symbolic link: '{entry.Name}'");
        }
    }

    private void CheckSizes(ZipEntry entry, long total)
    {
        if (entry.SizeBytes > limits.MaxEntryBytes)
        {
            throw Bad($"has an entry of {entry.SizeBytes} bytes, the limit is {limits.MaxEntryBytes}: '{entry.Name}'");
        }

        if (total > limits.MaxTotalBytes)
        {
            throw Bad($"unpacks to more than {limits.MaxTotalBytes} bytes");
        }

        if (entry.SizeBytes > limits.RatioFreeBytes && entry.SizeBytes / Math.Max(entry.CompressedBytes, 1) > limits.MaxRatio)
        {
            throw Bad($"looks like a zip bomb: '{entry.Name}' unpacks to more than {limits.MaxRatio} times its size");
        }
    }

    /// <summary>Entries that share bytes are how small files unpack to petabytes (Fifield, 'A better zip bomb', 2019).</summary>
    private void CheckNoOverlap(ZipEntry[] entries, long directoryOffset)
    {
        Array.Sort(entries, (a, b) => a.HeaderOffset.CompareTo(b.HeaderOffset));
        for (var i = 0; i < entries.Length; i++)
        {
            var limit = i + 1 < entries.Length ? entries[i + 1].HeaderOffset : directoryOffset;
            if (entries[i].CompressedBytes > limit - entries[i].HeaderOffset - LocalHeaderLength)
            {
                throw Bad("has entries that overlap");
            }
        }
    }

    private async Task<(long Offset, long Size, long Count)> FindDirectoryAsync(CancellationToken cancellationToken)
    {
        const int MaxComment = Max16;
        var tailLength = (int)Math.Min(stream.Length, EndOfDirectoryLength + MaxComment + Zip64LocatorLength);
        var tail = new byte[tailLength];
        stream.Position = stream.Length - tailLength;
        await stream.ReadExactlyAsync(tail, cancellationToken);
        for (var at = tailLength - EndOfDirectoryLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) == EndOfDirectory && at + EndOfDirectoryLength + U16(tail, at + 20) <= tailLength)
            {
                return await DirectoryAtAsync(tail, at, cancellationToken);
            }
        }

        throw Bad(stream.Length == 0 ? "is empty" : "is not a zip, or is cut off: it has no directory at its end");
    }

    private async Task<(long Offset, long Size, long Count)> DirectoryAtAsync(byte[] tail, int at, CancellationToken cancellationToken)
    {
        long count = U16(tail, at + 10);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 12));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
        if (count != Max16 && size != Max32 && offset != Max32)
        {
            return (offset, size, count);
        }

        var locator = at - Zip64LocatorLength;
        if (locator < 0 || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator)) != Zip64Locator)
        {
            return (offset, size, count);
        }

        var position = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8));
        if (position < 0 || position > stream.Length - Zip64EndOfDirectoryLength)
        {
            throw Bad("has a broken directory");
        }

        var record = new byte[Zip64EndOfDirectoryLength];
        stream.Position = position;
        await stream.ReadExactlyAsync(record, cancellationToken);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64EndOfDirectory)
        {
            throw Bad("has a broken directory");
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)));
    }

    private static ushort U16(ReadOnlySpan<byte> span, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(span[offset..]);

    private MediaException Bad(string reason) => new(archiveName, reason);
}
