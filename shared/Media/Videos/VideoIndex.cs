using System.Buffers.Binary;
using System.Text.Json;

namespace CvatServerless.Media.Videos;

/// <summary>A frame where decoding can begin.</summary>
/// <param name="Number">Its number in order of showing, from 0.</param>
/// <param name="IsClosed">Whether nothing that is stored behind it is shown before it: then the stream can be cut here without decoding.</param>
public readonly record struct KeyFrame(int Number, bool IsClosed);

/// <summary>
/// Every frame's timestamp and the key frames: what it takes to reach any frame by decoding from the key frame before it. Immutable, thread-safe.
/// </summary>
public sealed class VideoIndex(VideoFacts facts, long[] timestamps, KeyFrame[] keyFrames)
{
    private const uint Magic = 0x31584956; // "VIX1"

    /// <summary>What the headers say.</summary>
    public VideoFacts Facts => facts;

    /// <summary>Frames in the video.</summary>
    public int FrameCount => timestamps.Length;

    /// <summary>Ascending; the first is frame 0 where there is random access.</summary>
    public IReadOnlyList<KeyFrame> KeyFrames => keyFrames;

    /// <summary>A frame's timestamp in <see cref="VideoFacts.TimeUnit"/>s.</summary>
    public long Timestamp(int frame) => timestamps[frame];

    /// <summary>The position, in <see cref="KeyFrames"/>, of the last key frame at or before a frame.</summary>
    public int KeyBefore(int frame)
    {
        var (low, high) = (0, keyFrames.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = keyFrames[middle].Number <= frame ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>Whether the stream can be cut at this frame without decoding.</summary>
    public bool IsCut(int frame) => frame == FrameCount || (keyFrames.Length > 0 && keyFrames[KeyBefore(frame)] is { IsClosed: true } key && key.Number == frame);

    /// <summary>The first frame that is shown at or after a time, in seconds on the clock of the timestamps.</summary>
    public int FrameAt(double seconds)
    {
        var found = Array.BinarySearch(timestamps, (long)Math.Ceiling((seconds / facts.TimeUnit) - 1e-6));
        return found >= 0 ? found : ~found;
    }

    /// <summary>Writes the index.</summary>
    public async Task SaveAsync(Stream stream, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(facts, VideoJson.Default.VideoFacts);
        var bytes = new byte[16 + json.Length + (keyFrames.Length * 4) + (timestamps.Length * 8)];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(span, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[8..], keyFrames.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[12..], timestamps.Length);
        json.CopyTo(span[16..]);
        span = span[(16 + json.Length)..];
        foreach (var key in keyFrames)
        {
            BinaryPrimitives.WriteInt32LittleEndian(span, (key.Number << 1) | (key.IsClosed ? 1 : 0));
            span = span[4..];
        }

        foreach (var timestamp in timestamps)
        {
            BinaryPrimitives.WriteInt64LittleEndian(span, timestamp);
            span = span[8..];
        }

        await stream.WriteAsync(bytes, ct);
    }

    /// <summary>Reads what <see cref="SaveAsync"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static async Task<VideoIndex> LoadAsync(Stream stream, CancellationToken ct)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, ct);
        var bytes = copy.GetBuffer().AsSpan(0, (int)copy.Length);
        if (bytes.Length < 16 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException("Not an index of a video.");
        }

        var jsonLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        var keys = new KeyFrame[BinaryPrimitives.ReadInt32LittleEndian(bytes[8..])];
        var timestamps = new long[BinaryPrimitives.ReadInt32LittleEndian(bytes[12..])];
        var facts = JsonSerializer.Deserialize(bytes.Slice(16, jsonLength), VideoJson.Default.VideoFacts) ?? throw new InvalidDataException("Not an index of a video.");
        bytes = bytes[(16 + jsonLength)..];
        for (var i = 0; i < keys.Length; i++, bytes = bytes[4..])
        {
            var value = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            keys[i] = new(value >> 1, (value & 1) != 0);
        }

        for (var i = 0; i < timestamps.Length; i++, bytes = bytes[8..])
        {
            timestamps[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        }

        return new(facts, timestamps, keys);
    }
}
