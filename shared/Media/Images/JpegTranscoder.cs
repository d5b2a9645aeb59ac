using System.Buffers;
using System.Runtime.InteropServices;
using CvatServerless.Domain;
using CvatServerless.Media.Probing;
using static CvatServerless.Media.Images.TurboJpegNative;

namespace CvatServerless.Media.Images;

/// <summary>
/// JPEG to JPEG of another quality without leaving YCbCr: no colour conversion, buffers reused. One per worker; not thread-safe.
/// Chroma comes out as 4:2:0 like the reference's, grey pictures get neutral chroma (clients expect RGB JPEGs).
/// </summary>
internal sealed unsafe class JpegTranscoder : IDisposable
{
    private const long KeptBytes = 48L << 20;
    private readonly nint _decoder = InitDecompress();
    private readonly nint _encoder = InitCompress();
    private readonly NativeBuffer _planes = new();
    private readonly NativeBuffer _rotated = new();
    private readonly NativeBuffer _encoded = new();

    private enum Decoded
    {
        Not,
        Clean,
        WithWarning,
    }

    /// <summary>Encodes the picture upright at a quality. Null when this path can't read the file (CMYK, RGB or unusual sampling): another decoder may.</summary>
    /// <exception cref="MediaException">The picture data ends early.</exception>
    public PooledBytes? TryTranscode(string fileName, ReadOnlySpan<byte> jpeg, ImageFacts facts, int quality)
    {
        fixed (byte* data = jpeg)
        {
            if (DecompressHeader(_decoder, data, new CULong((nuint)jpeg.Length), out var width, out var height, out var sampling, out var colorspace) != 0
                || Reduction(sampling, colorspace) is not var (reduceX, reduceY)
                || width != facts.StoredWidth || height != facts.StoredHeight)
            {
                return null;
            }

            var image = YuvImage.In(_planes.Ensure(YuvImage.BytesFor(width, height, reduceX, reduceY)), width, height, reduceX, reduceY);
            var decoded = Decode(jpeg, image);
            if (decoded == Decoded.WithWarning && IsCutOff(jpeg, image))
            {
                throw new MediaException(fileName, "is cut off: its picture data ends early");
            }

            if (decoded == Decoded.Not)
            {
                return null;
            }

            if (sampling == SampGray)
            {
                YuvPlanes.FillNeutral(image);
            }

            return Encode(Upright(YuvPlanes.ToChroma420(image), facts.Orientation), quality);
        }
    }

    /// <summary>Encodes full-range planes that lie one behind the other, 4:2:0, with even sides; what pads them is overwritten.</summary>
    public PooledBytes? Encode(Span<byte> planes, int width, int height, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(planes.Length, YuvImage.BytesFor(width, height, 2, 2));
        fixed (byte* data = planes)
        {
            return Encode(Upright(YuvImage.In(data, width, height, 2, 2), orientation: 1), quality);
        }
    }

    public void Dispose()
    {
        _ = Destroy(_decoder);
        _ = Destroy(_encoder);
        _planes.Dispose();
        _rotated.Dispose();
        _encoded.Dispose();
    }

    private static (int X, int Y)? Reduction(int sampling, int colorspace) => (colorspace, sampling) switch
    {
        (ColorspaceGray, SampGray) => (2, 2),
        (ColorspaceYCbCr, Samp444) => (1, 1),
        (ColorspaceYCbCr, Samp422) => (2, 1),
        (ColorspaceYCbCr, Samp420) => (2, 2),
        (ColorspaceYCbCr, Samp440) => (1, 2),
        _ => null,
    };

    private Decoded Decode(ReadOnlySpan<byte> jpeg, in YuvImage image)
    {
        var planes = stackalloc byte*[3] { image.Y, image.U, image.V };
        var strides = stackalloc int[3] { image.StrideY, image.StrideUV, image.StrideUV };
        fixed (byte* data = jpeg)
        {
            var size = new CULong((nuint)jpeg.Length);
            if (DecompressToPlanes(_decoder, data, size, planes, image.Width, strides, image.Height, FlagAccurateDct | FlagLimitScans) == 0)
            {
                return Decoded.Clean;
            }

            return GetErrorCode(_decoder) == ErrorWarning ? Decoded.WithWarning : Decoded.Not;
        }
    }

    /// <summary>
    /// Like every viewer and the reference, a picture with a blemish passes, also one that lacks nothing but its end marker; one whose data just stops
    /// does not. With an end marker put behind them the bytes decode without a warning exactly when no pixel was missing (or, progressive, whole scans).
    /// </summary>
    private bool IsCutOff(ReadOnlySpan<byte> jpeg, in YuvImage image)
    {
        ReadOnlySpan<byte> endMarker = [0xFF, 0xD9];
        if (jpeg[^Math.Min(jpeg.Length, 4096)..].LastIndexOf(endMarker) >= 0)
        {
            return false;
        }

        using var completed = PooledBytes.Concat(jpeg, endMarker);
        return JpegHeader.IsProgressive(jpeg) || Decode(completed.Span, image) != Decoded.Clean;
    }

    private YuvImage Upright(YuvImage image, int orientation)
    {
        if (orientation != 1)
        {
            var (width, height) = orientation > 4 ? (image.Height, image.Width) : (image.Width, image.Height);
            var target = YuvImage.In(_rotated.Ensure(YuvImage.BytesFor(width, height, 2, 2)), width, height, 2, 2);
            YuvPlanes.Rotate(image, target, orientation);
            image = target;
        }

        YuvPlanes.PadLuma(image);
        return image;
    }

    private PooledBytes? Encode(in YuvImage image, int quality)
    {
        var size = BufferSize(image.Width, image.Height, Samp420);
        var output = _encoded.Ensure((long)size.Value);
        var planes = stackalloc byte*[3] { image.Y, image.U, image.V };
        var strides = stackalloc int[3] { image.StrideY, image.StrideUV, image.StrideUV };
        var failed = CompressFromPlanes(_encoder, planes, image.Width, strides, image.Height, Samp420, &output, &size, quality, FlagNoRealloc | FlagAccurateDct);
        var result = failed != 0 ? null : PooledBytes.Copy(new ReadOnlySpan<byte>(output, (int)size.Value));
        _planes.Trim(KeptBytes);
        _rotated.Trim(KeptBytes);
        _encoded.Trim(KeptBytes);
        return result;
    }
}
