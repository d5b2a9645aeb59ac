using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// The file of a snapshot: magic, boundary, the kinds' names, then blocks of entities, each with its length, count and XxHash64, then an empty block whose count
/// is the total. Blocks are decoded side by side on all cores. Everything in the log before the boundary is in it.
/// </summary>
internal static class ProjectionSnapshot
{
    private const int BlockBytes = 256 * 1024;
    private const int BlockHeader = 16;
    private const int EntryHeader = 1 + PositionBytes + PositionBytes + 4;
    private const int PositionBytes = 14;
    private static readonly byte[] Magic = "CVRM1\n"u8.ToArray();

    /// <summary>Writes a snapshot.</summary>
    public static async Task WriteAsync(Stream stream, LogPosition boundary, EntityKinds kinds, IReadOnlyList<SnapshotEntry> entries, CancellationToken ct)
    {
        await stream.WriteAsync(Magic, ct);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{boundary}{string.Join(',', kinds.All.Select(kind => kind.Kind))}\n"), ct);
        var numbers = kinds.All.Select((kind, number) => (kind.Kind, number)).ToDictionary(pair => pair.Kind, pair => (byte)pair.number, StringComparer.Ordinal);
        var block = new ArrayBufferWriter<byte>(BlockBytes * 2);
        var document = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(document);
        var count = 0;
        foreach (var entry in entries)
        {
            document.ResetWrittenCount();
            json.Reset();
            entry.Kind.Write(json, entry.Value);
            json.Flush();
            WriteEntry(block, numbers[entry.Kind.Kind], entry, document.WrittenSpan);
            count++;
            if (block.WrittenCount >= BlockBytes)
            {
                await WriteBlockAsync(stream, block, count, ct);
                count = 0;
            }
        }

        await WriteBlockAsync(stream, block, count, ct);
        await stream.WriteAsync(BlockHeaderOf([], entries.Count), ct);
    }

    /// <summary>Reads a snapshot into an empty state and returns its boundary.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static async Task<LogPosition> ReadAsync(Stream stream, EntityKinds kinds, ProjectionState state, CancellationToken ct)
    {
        var (boundary, names) = await ReadHeaderAsync(stream, ct);
        var byNumber = names.Select(kinds.Find).ToArray();
        var decoding = new Queue<Task<List<SnapshotEntry>>>();
        var total = 0;
        while (true)
        {
            var (count, payload) = await ReadBlockAsync(stream, ct);
            total += count;
            if (payload.Length > 0)
            {
                decoding.Enqueue(Task.Run(() => Decode(payload, count, byNumber), ct));
            }

            if (decoding.Count > Environment.ProcessorCount)
            {
                Restore(state, await decoding.Dequeue());
            }

            if (payload.Length == 0)
            {
                while (decoding.TryDequeue(out var last))
                {
                    Restore(state, await last);
                }

                return total - count == count ? boundary : throw new InvalidDataException("A snapshot has lost entities.");
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Restore(ProjectionState state, List<SnapshotEntry> entries)
    {
        foreach (var entry in entries)
        {
            state.Restore(entry.Kind, entry.Value, entry.Position, entry.LastChanged);
        }
    }

    private static void WriteEntry(ArrayBufferWriter<byte> block, byte kind, SnapshotEntry entry, ReadOnlySpan<byte> document)
    {
        var span = block.GetSpan(EntryHeader + document.Length);
        span[0] = kind;
        Write(span[1..], entry.Position);
        Write(span[(1 + PositionBytes)..], entry.LastChanged);
        BinaryPrimitives.WriteInt32LittleEndian(span[(EntryHeader - 4)..], document.Length);
        document.CopyTo(span[EntryHeader..]);
        block.Advance(EntryHeader + document.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static List<SnapshotEntry> Decode(byte[] payload, int count, EntityKind?[] kinds)
    {
        var entries = new List<SnapshotEntry>(count);
        for (var rest = payload.AsMemory(); !rest.IsEmpty;)
        {
            var header = rest.Span[..EntryHeader];
            var length = BinaryPrimitives.ReadInt32LittleEndian(header[(EntryHeader - 4)..]);
            if (kinds[header[0]] is { } kind)
            {
                entries.Add(new SnapshotEntry(kind, kind.Read(rest.Slice(EntryHeader, length)), Read(header[1..]), Read(header[(1 + PositionBytes)..])));
            }

            rest = rest[(EntryHeader + length)..];
        }

        return entries;
    }

    private static async Task WriteBlockAsync(Stream stream, ArrayBufferWriter<byte> block, int count, CancellationToken ct)
    {
        if (count > 0)
        {
            await stream.WriteAsync(BlockHeaderOf(block.WrittenSpan, count), ct);
            await stream.WriteAsync(block.WrittenMemory, ct);
            block.ResetWrittenCount();
        }
    }

    private static byte[] BlockHeaderOf(ReadOnlySpan<byte> payload, int count)
    {
        var header = new byte[BlockHeader];
        BinaryPrimitives.WriteInt32LittleEndian(header, payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), count);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), XxHash64.HashToUInt64(payload));
        return header;
    }

    private static async Task<(int Count, byte[] Payload)> ReadBlockAsync(Stream stream, CancellationToken ct)
    {
        var header = await ReadBytesAsync(stream, BlockHeader, ct);
        var payload = await ReadBytesAsync(stream, BinaryPrimitives.ReadInt32LittleEndian(header), ct);
        return XxHash64.HashToUInt64(payload) == BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8))
            ? (BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)), payload)
            : throw new InvalidDataException("A block of a snapshot is damaged.");
    }

    private static async Task<(LogPosition Boundary, string[] Kinds)> ReadHeaderAsync(Stream stream, CancellationToken ct)
    {
        var magic = await ReadBytesAsync(stream, Magic.Length, ct);
        if (!magic.AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidDataException("This is no snapshot that this release can read.");
        }

        var text = new StringBuilder();
        for (var one = await ReadBytesAsync(stream, 1, ct); one[0] != '\n'; one = await ReadBytesAsync(stream, 1, ct))
        {
            text.Append((char)one[0]);
        }

        var header = text.ToString();
        return (LogPosition.Parse(header.AsSpan(0, LogPosition.TextLength)), header[LogPosition.TextLength..].Split(','));
    }

    private static async Task<byte[]> ReadBytesAsync(Stream stream, int count, CancellationToken ct)
    {
        if (count is < 0 or > 16 * 1024 * 1024)
        {
            throw new InvalidDataException("A block of a snapshot has an impossible length.");
        }

        var bytes = new byte[count];
        return await stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, ct) == count ? bytes : throw new InvalidDataException("A snapshot ends too early.");
    }

    private static void Write(Span<byte> span, LogPosition position)
    {
        BinaryPrimitives.WriteInt64LittleEndian(span, position.Millis);
        BinaryPrimitives.WriteUInt16LittleEndian(span[8..], position.Counter);
        BinaryPrimitives.WriteUInt32LittleEndian(span[10..], position.Node);
    }

    private static LogPosition Read(ReadOnlySpan<byte> span) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(span), BinaryPrimitives.ReadUInt16LittleEndian(span[8..]), BinaryPrimitives.ReadUInt32LittleEndian(span[10..]));
}
