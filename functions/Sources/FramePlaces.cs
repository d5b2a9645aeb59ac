using System.Buffers.Binary;
using System.Text.Json;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Orchestrations.CreateTaskData;

namespace CvatServerless.Functions.Sources;

/// <summary>
/// Where the pictures of a task are that were not copied: a line per frame, and beside it where each line begins (8 bytes little-endian per frame, and the end), so that
/// a few frames of a large task are found by two short reads.
/// </summary>
public sealed class FramePlaces(IBlobStore blobs)
{
    private const int OffsetBytes = sizeof(long);

    /// <summary>Writes the list of a task; safe to repeat.</summary>
    internal async Task WriteAsync(string dataId, IAsyncEnumerable<PlannedFrame> frames, CancellationToken ct)
    {
        using var index = new MemoryStream();
        await blobs.WriteAsync(
            DataBlobs.FramePlaces(dataId),
            async (stream, token) =>
            {
                index.SetLength(0);
                var (offset, line) = (0L, new byte[OffsetBytes]);
                await foreach (var frame in frames.WithCancellation(token))
                {
                    Note(offset);
                    var json = JsonSerializer.SerializeToUtf8Bytes(frame, TaskDataJson.Default.PlannedFrame);
                    await stream.WriteAsync(json, token);
                    await stream.WriteAsync("\n"u8.ToArray(), token);
                    offset += json.Length + 1;
                }

                Note(offset);

                void Note(long position)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(line, position);
                    index.Write(line);
                }
            },
            BlobCondition.None,
            ct);
        await blobs.WriteAsync(
            DataBlobs.FramePlacesIndex(dataId), (stream, token) => stream.WriteAsync(index.GetBuffer().AsMemory(0, (int)index.Length), token).AsTask(), BlobCondition.None, ct);
    }

    /// <summary>Those of frames that follow one another.</summary>
    internal async Task<IReadOnlyList<PlannedFrame>> ReadAsync(string dataId, int first, int count, CancellationToken ct)
    {
        var offsets = await BytesAsync(DataBlobs.FramePlacesIndex(dataId), (long)first * OffsetBytes, (count + 1) * OffsetBytes, ct);
        var (from, to) = (Offset(offsets, 0), Offset(offsets, count));
        var lines = await BytesAsync(DataBlobs.FramePlaces(dataId), from, (int)(to - from), ct);
        return [.. Enumerable.Range(0, count).Select(i => Frame(lines.AsSpan((int)(Offset(offsets, i) - from)..(int)(Offset(offsets, i + 1) - from))))];
    }

    private static long Offset(byte[] offsets, int number) => BinaryPrimitives.ReadInt64LittleEndian(offsets.AsSpan(number * OffsetBytes));

    private static PlannedFrame Frame(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize(line, TaskDataJson.Default.PlannedFrame) ?? throw new InvalidDataException("An empty line in the list of places.");

    private async Task<byte[]> BytesAsync(string blob, long offset, int length, CancellationToken ct)
    {
        var bytes = new byte[length];
        await using var stream = await blobs.OpenReadAsync(blob, offset, length, ct);
        await stream.ReadExactlyAsync(bytes, ct);
        return bytes;
    }
}
