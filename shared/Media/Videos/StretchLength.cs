using CvatServerless.Media.Frames;

namespace CvatServerless.Media.Videos;

/// <summary>How long the stretches should be into which a video is cut. Pure.</summary>
public static class StretchLength
{
    /// <summary>Stretches of fewer chunks would mostly decode what lies before them.</summary>
    private const int MinChunks = 4;

    /// <summary>So many stretches at least of a long video, that several machines can share the work.</summary>
    private const int MinStretches = 8;

    /// <summary>A few seconds of work, in pixels of all its frames together: less needn't be shared.</summary>
    private const long AmplePixels = 1_000_000_000;

    /// <summary>What starting the decoder costs, in pixels that could be decoded instead.</summary>
    private const long StartPixels = 40_000_000;

    /// <summary>What one stretch may have at most, in pixels of all its frames together: a minute on one slow core, and some hundred megabytes of chunks on the way.</summary>
    private const long MaxPixels = 2_000_000_000;

    /// <summary>The same without random access: each stretch is decoded from the beginning of the video, so that they should be few.</summary>
    private const long MaxSequentialPixels = 2 * MaxPixels;

    /// <summary>
    /// The number of chunks, at least <paramref name="least"/>, with which the least is decoded in vain: each stretch is decoded from the key frame before it. Without random access
    /// a stretch is as long as it may be.
    /// </summary>
    /// <param name="index">The video.</param>
    /// <param name="selection">The frames that are wanted.</param>
    /// <param name="chunkSize">Frames in a chunk.</param>
    /// <param name="least">Chunks that a stretch must have so that there are not too many stretches.</param>
    public static int Of(VideoIndex index, FrameSelection selection, int chunkSize, int least)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(selection);
        chunkSize = Math.Min(chunkSize, selection.Size);
        var chunks = ((selection.Size - 1) / chunkSize) + 1;
        var pixels = index.Facts.Pixels * chunkSize * selection.Step;
        var most = (int)Math.Clamp((index.Facts.HasRandomAccess ? MaxPixels : MaxSequentialPixels) / pixels, 1, chunks);
        if (!index.Facts.HasRandomAccess)
        {
            return most;
        }

        var shortest = Math.Min(Math.Max(MinChunks, least), most);
        var longest = Math.Clamp(Math.Max(AmplePixels / pixels, (chunks + MinStretches - 1) / MinStretches), shortest, most);
        return Enumerable.Range(shortest, (int)longest - shortest + 1).MinBy(length => InVain(index, selection, length * chunkSize));
    }

    /// <summary>Pixels that are decoded and thrown away, and the starts.</summary>
    private static long InVain(VideoIndex index, FrameSelection selection, int length)
    {
        var pixels = 0L;
        for (var i = 0; i < selection.Size; i += length)
        {
            var first = selection.Start + (i * selection.Step);
            pixels += StartPixels + ((first - index.KeyFrames[index.KeyBefore(first)].Number) * index.Facts.Pixels);
        }

        return pixels;
    }
}
