using System.Buffers.Binary;
using CvatServerless.Domain;
using CvatServerless.Media.Children;

namespace CvatServerless.Media.Videos;

/// <summary>Single frames of videos and of MP4 chunks, as PNG. Thread-safe.</summary>
public sealed class VideoFrames(MediaOptions options)
{
    internal static readonly string[] PngOutput = ["-f", "image2pipe", "-c:v", "png", "-pred", "sub", "-compression_level", "3", "pipe:1"];

    private const int MaxPngBytes = 128 << 20;

    /// <summary>One frame of a chunk, by its position there.</summary>
    /// <exception cref="MediaException">The chunk has no such frame.</exception>
    public async Task<byte[]> FromChunkAsync(LocalMedia chunk, int position, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        using var folder = MediaFolder.Create(options);
        string[] arguments =
        [
            .. Ffmpeg.Guards(), "-nostdin", "-threads", "1", "-i", folder.Link(chunk), "-map", "0:v:0", "-fps_mode", "passthrough",
            "-vf", $"select='eq(n,{Ffmpeg.Text(position)})'", "-frames:v", "1", .. PngOutput,
        ];
        return await FirstAsync(chunk, arguments, ct);
    }

    /// <summary>One frame of a video, decoded from the key frame before it: full size, or the size of compressed chunks.</summary>
    /// <exception cref="MediaException">It can't be decoded.</exception>
    public async Task<byte[]> FromVideoAsync(LocalMedia video, VideoIndex index, int frame, bool isCompressed, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(video);
        ArgumentNullException.ThrowIfNull(index);
        using var folder = MediaFolder.Create(options);
        var facts = index.Facts;
        var size = isCompressed ? VideoQuality.CompressedSize(facts.Width, facts.Height) : (facts.Width, facts.Height);
        var build = new VideoArguments(index, folder.Link(video), Math.Min(options.Parallelism, 4));
        var key = facts.HasRandomAccess ? index.KeyFrames[index.KeyBefore(frame)].Number : 0;
        return await FirstAsync(video, [.. build.Input(key), .. build.Png(new(frame, 1, 1, 1), size)], ct);
    }

    /// <summary>All frames of a chunk, in order.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="take">Is called with each frame's position and PNG.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task AllOfChunkAsync(LocalMedia chunk, Func<int, ReadOnlyMemory<byte>, Task> take, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        ArgumentNullException.ThrowIfNull(take);
        using var folder = MediaFolder.Create(options);
        string[] arguments = [.. Ffmpeg.Guards(), "-nostdin", "-threads", "1", "-i", folder.Link(chunk), "-map", "0:v:0", "-fps_mode", "passthrough", .. PngOutput];
        await GuardedChild.RunAsync(chunk.Name, "ffmpeg", arguments, Ffmpeg.Limits(1000, Ffmpeg.MaxFramePixels, 0), async (stream, token) =>
        {
            for (var position = 0; await ReadPngAsync(stream, token) is { } png; position++)
            {
                await take(position, png);
            }
        }, ct);
    }

    private static async Task<byte[]> FirstAsync(LocalMedia file, string[] arguments, CancellationToken ct)
    {
        byte[]? png = null;
        await GuardedChild.RunAsync(file.Name, "ffmpeg", arguments, Ffmpeg.Limits(1000, Ffmpeg.MaxFramePixels, 0), async (stream, token) =>
        {
            png = await ReadPngAsync(stream, token);
            await stream.CopyToAsync(Stream.Null, token);
        }, ct);
        return png ?? throw new MediaException(file.Name, "is damaged: a frame can't be decoded");
    }

    /// <summary>The next PNG of a stream of them: its chunks tell their lengths up to the one named IEND.</summary>
    private static async Task<byte[]?> ReadPngAsync(Stream stream, CancellationToken ct)
    {
        const int SignatureBytes = 8;
        using var png = new MemoryStream();
        var header = new byte[SignatureBytes];
        if (await stream.ReadAtLeastAsync(header, SignatureBytes, throwOnEndOfStream: false, ct) < SignatureBytes)
        {
            return null;
        }

        png.Write(header);
        while (true)
        {
            await stream.ReadExactlyAsync(header, ct);
            var length = BinaryPrimitives.ReadInt32BigEndian(header) + 4; // with its checksum
            if (length is < 4 or > MaxPngBytes || png.Length + length > MaxPngBytes)
            {
                throw new InvalidDataException("Not a PNG.");
            }

            png.Write(header);
            var start = (int)png.Length;
            png.SetLength(start + length);
            await stream.ReadExactlyAsync(png.GetBuffer().AsMemory(start, length), ct);
            png.Position = png.Length;
            if (header.AsSpan(4).SequenceEqual("IEND"u8))
            {
                return png.ToArray();
            }
        }
    }
}
