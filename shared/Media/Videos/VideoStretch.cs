using CvatServerless.Domain;

namespace CvatServerless.Media.Videos;

/// <summary>Frames of a video that are to be put into chunks.</summary>
/// <param name="First">The first one's number in the video.</param>
/// <param name="Step">Every which frame is taken.</param>
/// <param name="Count">How many.</param>
/// <param name="ChunkSize">How many go into one chunk; the last one may have fewer.</param>
public readonly record struct VideoStretch(int First, int Step, int Count, int ChunkSize)
{
    /// <summary>The last frame's number in the video.</summary>
    public int Last => First + ((Count - 1) * Step);

    /// <summary>Chunks.</summary>
    public int ChunkCount => ((Count - 1) / ChunkSize) + 1;

    /// <summary>Frames in one of the chunks.</summary>
    public int FramesOf(int chunk) => Math.Min(ChunkSize, Count - (chunk * ChunkSize));

    /// <summary>Whether the source's own stream can be cut into these chunks: every chunk begins where the stream can be cut, and nothing is left out.</summary>
    public bool CanCopy(VideoIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        var facts = index.Facts;
        if (Step != 1 || !facts.HasRandomAccess || facts is not { Codec: "h264", PixelFormat: "yuv420p" or "yuvj420p", Rotation: 0 }
            || (facts.Width | facts.Height) % 2 != 0 || !(facts.Container.Contains("mp4", StringComparison.Ordinal) || facts.Container.Contains("matroska", StringComparison.Ordinal)))
        {
            return false;
        }

        for (var frame = First; frame <= Last; frame += ChunkSize)
        {
            if (!index.IsCut(frame))
            {
                return false;
            }
        }

        return index.IsCut(Last + 1);
    }
}

/// <summary>Which chunks are wanted.</summary>
/// <param name="Original">As MP4 of full size.</param>
/// <param name="Compressed">At <paramref name="Quality"/>.</param>
/// <param name="AsPictures">Compressed ones as zips of JPEGs instead of MP4.</param>
/// <param name="Quality">1–100.</param>
public readonly record struct VideoKinds(bool Original, bool Compressed, bool AsPictures, int Quality);

/// <summary>A chunk that was built, as a file that goes when the callback returns.</summary>
/// <param name="Quality"><c>original</c> or <c>compressed</c>.</param>
/// <param name="Number">Its number within the stretch.</param>
/// <param name="Path">The file.</param>
public readonly record struct VideoChunk(string Quality, int Number, string Path);

/// <summary>What quality means for encoders. Source: contract-data.md §3.3.</summary>
public static class VideoQuality
{
    /// <summary>The quality of original chunks that had to be encoded.</summary>
    public const int Original = 67;

    private const int MaxCompressedHeight = 1080;

    /// <summary>H.264's quantiser: <c>round(51 · (100 − q) / 99)</c>; 15 for 70.</summary>
    public static int Quantizer(int quality) => (int)Math.Round(51.0 * (100 - quality) / 99, MidpointRounding.ToEven);

    /// <summary>The size of frames in compressed MP4 chunks: halved until the height is below 1080, then even.</summary>
    public static (int Width, int Height) CompressedSize(int width, int height)
    {
        while (height >= MaxCompressedHeight)
        {
            (width, height) = (width / 2, height / 2);
        }

        return Even(width, height);
    }

    /// <summary>Both sides rounded up to even, as the pixel format wants them.</summary>
    public static (int Width, int Height) Even(int width, int height) => ((width + 1) & ~1, (height + 1) & ~1);
}
