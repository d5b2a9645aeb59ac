using System.Buffers.Binary;

namespace CvatServerless.Domain.Annotations.Log;

/// <summary>
/// The framing of logs and snapshots: <c>length (4, of the payload) · CRC-32 (4, of type and payload) · type (1) · payload</c>, little endian. A record
/// that is longer than one append may be is cut into frames First, Middle …, Last which are appended one after the other; it counts once Last is there.
/// Parts that another record interrupts (two writers, a crash) are ignored by every reader.
/// </summary>
internal static class LogFrames
{
    public const int HeaderBytes = 9;

    /// <summary>An append takes at most 4 MiB, its frame's header included.</summary>
    public const int MaxPayloadBytes = (4 * 1024 * 1024) - HeaderBytes;

    public static IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> record, int maxPayloadBytes = MaxPayloadBytes)
    {
        if (record.Length <= maxPayloadBytes)
        {
            return [Frame(FrameType.Whole, record.Span)];
        }

        var frames = new List<ReadOnlyMemory<byte>>();
        for (var offset = 0; offset < record.Length; offset += maxPayloadBytes)
        {
            var length = Math.Min(maxPayloadBytes, record.Length - offset);
            var type = offset == 0 ? FrameType.First : offset + length == record.Length ? FrameType.Last : FrameType.Middle;
            frames.Add(Frame(type, record.Span.Slice(offset, length)));
        }

        return frames;
    }

    public static byte[] Frame(FrameType type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        frame[8] = (byte)type;
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Crc32.Of(frame.AsSpan(8)));
        return frame;
    }
}

/// <summary>Stored as its number.</summary>
internal enum FrameType : byte
{
    Whole = 1,
    First = 2,
    Middle = 3,
    Last = 4,
    SnapshotStart = 5,
    SnapshotEnd = 6,
}
