namespace CvatServerless.Media.Images;

/// <summary>Three 8-bit planes, JPEG (full) range. Width and height are those of the picture; each plane may be padded beyond them.</summary>
internal unsafe struct YuvImage
{
    public int Width;
    public int Height;

    /// <summary>Horizontal and vertical chroma reduction: 1 or 2.</summary>
    public int ReduceX;
    public int ReduceY;

    public byte* Y;
    public byte* U;
    public byte* V;
    public int StrideY;
    public int StrideUV;

    public readonly int ChromaWidth => (Width + ReduceX - 1) / ReduceX;

    public readonly int ChromaHeight => (Height + ReduceY - 1) / ReduceY;

    /// <summary>Bytes for a picture with planes padded to even sizes, which every chroma layout up to 4:2:0 fits into.</summary>
    public static long BytesFor(int width, int height, int reduceX, int reduceY)
    {
        var (evenWidth, evenHeight) = Even(width, height);
        return (evenWidth * evenHeight) + (2 * (evenWidth / reduceX) * (evenHeight / reduceY));
    }

    /// <summary>Lays the planes out in a buffer of <see cref="BytesFor"/> bytes.</summary>
    public static YuvImage In(byte* buffer, int width, int height, int reduceX, int reduceY)
    {
        var (evenWidth, evenHeight) = Even(width, height);
        var chroma = evenWidth / reduceX * (evenHeight / reduceY);
        return new YuvImage
        {
            Width = width,
            Height = height,
            ReduceX = reduceX,
            ReduceY = reduceY,
            Y = buffer,
            U = buffer + (evenWidth * evenHeight),
            V = buffer + (evenWidth * evenHeight) + chroma,
            StrideY = (int)evenWidth,
            StrideUV = (int)(evenWidth / reduceX),
        };
    }

    private static (long Width, long Height) Even(int width, int height) => ((width + 1L) & ~1L, (height + 1L) & ~1L);
}
