using System.Runtime.CompilerServices;

namespace CvatServerless.Media.Images;

/// <summary>Plane arithmetic between decoding and encoding: chroma to 4:2:0, EXIF rotation, padding of odd sizes. Pure.</summary>
internal static unsafe class YuvPlanes
{
    /// <summary>Averages chroma in place until it is 4:2:0, as libjpeg's own downsampler does.</summary>
    public static YuvImage ToChroma420(YuvImage image)
    {
        if (image is { ReduceX: 2, ReduceY: 2 })
        {
            return image;
        }

        var reduced = image;
        (reduced.ReduceX, reduced.ReduceY) = (2, 2);
        reduced.StrideUV = image.StrideY / 2;
        foreach (var plane in (ReadOnlySpan<nint>)[(nint)image.U, (nint)image.V])
        {
            Downsample((byte*)plane, image, reduced);
        }

        return reduced;
    }

    /// <summary>Repeats the last column and row of luma up to even sizes: the encoder reads whole 2×2 groups.</summary>
    public static void PadLuma(in YuvImage image)
    {
        if ((image.Width & 1) != 0)
        {
            for (var y = 0; y < image.Height; y++)
            {
                var row = image.Y + ((long)y * image.StrideY);
                row[image.Width] = row[image.Width - 1];
            }
        }

        if ((image.Height & 1) != 0)
        {
            var last = image.Y + ((image.Height - 1L) * image.StrideY);
            Unsafe.CopyBlockUnaligned(last + image.StrideY, last, (uint)image.StrideY);
        }
    }

    /// <summary>Turns a 4:2:0 picture upright into <paramref name="target"/>, whose sides are swapped for orientations above 4.</summary>
    public static void Rotate(in YuvImage source, in YuvImage target, int orientation)
    {
        RotatePlane(source.Y, source.StrideY, source.Width, source.Height, target.Y, target.StrideY, orientation);
        RotatePlane(source.U, source.StrideUV, source.ChromaWidth, source.ChromaHeight, target.U, target.StrideUV, orientation);
        RotatePlane(source.V, source.StrideUV, source.ChromaWidth, source.ChromaHeight, target.V, target.StrideUV, orientation);
    }

    /// <summary>Neutral chroma for a grey picture.</summary>
    public static void FillNeutral(in YuvImage image)
    {
        var bytes = (long)image.StrideUV * image.ChromaHeight;
        new Span<byte>(image.U, checked((int)bytes)).Fill(128);
        new Span<byte>(image.V, checked((int)bytes)).Fill(128);
    }

    private static void Downsample(byte* plane, in YuvImage from, in YuvImage to)
    {
        var (stepX, stepY) = (2 / from.ReduceX, 2 / from.ReduceY);
        for (var y = 0; y < to.ChromaHeight; y++)
        {
            var top = plane + ((long)y * stepY * from.StrideUV);
            var bottom = (y * stepY) + stepY - 1 < from.ChromaHeight ? top + ((stepY - 1L) * from.StrideUV) : top;
            var row = plane + ((long)y * to.StrideUV);
            if (stepX == 1)
            {
                for (var x = 0; x < to.ChromaWidth; x++)
                {
                    row[x] = (byte)((top[x] + bottom[x] + (x & 1)) >> 1);
                }

                continue;
            }

            // The bias alternates, as in libjpeg's h2v2_downsample, so that rounding does not darken or brighten on the whole.
            var pairs = from.ChromaWidth / 2;
            for (var x = 0; x < pairs; x++)
            {
                row[x] = (byte)((top[2 * x] + top[(2 * x) + 1] + bottom[2 * x] + bottom[(2 * x) + 1] + 1 + (x & 1)) >> 2);
            }

            if (pairs < to.ChromaWidth)
            {
                row[pairs] = (byte)((top[2 * pairs] + bottom[2 * pairs] + 1) >> 1);
            }
        }
    }

    /// <summary>EXIF 2.32 tag 0x0112: where row 0 and column 0 of the stored picture belong.</summary>
    private static void RotatePlane(byte* source, int sourceStride, int width, int height, byte* target, int targetStride, int orientation)
    {
        var (outWidth, outHeight) = orientation > 4 ? (height, width) : (width, height);
        for (var y = 0; y < outHeight; y++)
        {
            var row = target + ((long)y * targetStride);
            var (start, step) = orientation switch
            {
                2 => (((long)y * sourceStride) + width - 1, -1L),
                3 => (((height - 1L - y) * sourceStride) + width - 1, -1L),
                4 => ((height - 1L - y) * sourceStride, 1L),
                5 => ((long)y, (long)sourceStride),
                6 => (((height - 1L) * sourceStride) + y, -(long)sourceStride),
                7 => (((height - 1L) * sourceStride) + width - 1 - y, -(long)sourceStride),
                8 => (width - 1L - y, (long)sourceStride),
                _ => ((long)y * sourceStride, 1L),
            };
            var pixel = source + start;
            for (var x = 0; x < outWidth; x++, pixel += step)
            {
                row[x] = *pixel;
            }
        }
    }
}
