using System.Buffers;
using CvatServerless.Domain;
using CvatServerless.Media.Images;

namespace CvatServerless.Media.Probing;

/// <summary>
/// Reads a picture's size, format and rotation from its header, without decoding. A header that promises a picture is no proof of one:
/// that the data behind it can be decoded shows when the compressed chunk is built, which names the file in its
/// <see cref="MediaException"/>, so that no picture is decoded twice.
/// </summary>
public sealed class ImageProbe(MediaOptions options)
{
    private const int FirstRead = 64 * 1024;

    /// <summary>Probes the picture. Reads a few KiB of most files; a TIFF, a WebP with EXIF or an unusual format to its end.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="stream">At the picture's first byte; not closed. Need not be seekable.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="MediaException">Empty, cut off, too large, or no picture that is known here.</exception>
    public async Task<ImageFacts> ProbeAsync(string fileName, Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        try
        {
            var filled = 0;
            long wanted = FirstRead;
            while (true)
            {
                if (wanted > options.MaxImageBytes)
                {
                    throw new MediaException(fileName, $"has a header that goes on beyond {options.MaxImageBytes / (1024 * 1024)} MiB");
                }

                buffer = Grow(buffer, filled, (int)wanted);
                filled += await stream.ReadAtLeastAsync(buffer.AsMemory(filled, (int)wanted - filled), (int)wanted - filled, throwOnEndOfStream: false, cancellationToken);
                var atEnd = filled < wanted;
                var facts = Attempt(fileName, buffer.AsSpan(0, filled), atEnd, out var needed);
                if (facts is { } found)
                {
                    return found;
                }

                wanted = Math.Max(needed, Math.Min(filled * 2L, options.MaxImageBytes + 1L));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Probes a picture that is in memory as a whole.</summary>
    /// <exception cref="MediaException">Empty, cut off, too large, or no picture that is known here.</exception>
    public ImageFacts Probe(string fileName, ReadOnlySpan<byte> data) => Attempt(fileName, data, atEnd: true, out _)!.Value;

    private ImageFacts? Attempt(string fileName, ReadOnlySpan<byte> data, bool atEnd, out long needed)
    {
        needed = 0;
        if (data.IsEmpty)
        {
            throw new MediaException(fileName, "is empty");
        }

        try
        {
            var known = Detect(data);
            if (known is null && !atEnd)
            {
                needed = options.MaxImageBytes;
                return null;
            }

            return Checked(fileName, known is null ? VipsCodec.Probe(fileName, data) : known(new HeaderReader(data)));
        }
        catch (MoreBytesNeededException exception) when (!atEnd)
        {
            needed = exception.Length;
            return null;
        }
        catch (MoreBytesNeededException)
        {
            throw new MediaException(fileName, "is cut off: it ends inside its header");
        }
    }

    private ImageFacts Checked(string fileName, ImageFacts? facts)
    {
        if (facts is not { StoredWidth: > 0, StoredHeight: > 0 } found)
        {
            throw new MediaException(fileName, "is not a picture that can be read: its header makes no sense");
        }

        if (found.PixelCount > options.MaxImageMegapixels * 1_000_000L)
        {
            throw new MediaException(fileName, $"is too large: {found.StoredWidth} × {found.StoredHeight} pixels, the limit is {options.MaxImageMegapixels} megapixels");
        }

        return found;
    }

    private static Parser? Detect(ReadOnlySpan<byte> data) => data switch
    {
        _ when JpegHeader.Matches(data) => JpegHeader.Read,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => RasterHeaders.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => RasterHeaders.Gif,
        [(byte)'B', (byte)'M', ..] => RasterHeaders.Bmp,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => RasterHeaders.WebP,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => RasterHeaders.Tiff,
        [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..] => RasterHeaders.Netpbm,
        [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ', 0x0D, 0x0A, 0x87, 0x0A, ..] => RasterHeaders.Jpeg2000,
        [0, 0, 1, 0, > 0, 0, ..] => IconHeader.Read,
        _ => null,
    };

    private static byte[] Grow(byte[] buffer, int filled, int size)
    {
        if (buffer.Length >= size)
        {
            return buffer;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private delegate ImageFacts? Parser(HeaderReader reader);
}
