using CvatServerless.Domain;
using CvatServerless.Media.Children;
using CvatServerless.Media.Probing;
using NetVips;

namespace CvatServerless.Media.Images;

/// <summary>Everything that is not a plain JPEG goes through libvips: decoding, upright turning, conversion to 8-bit RGB, encoding. Thread-safe.</summary>
internal static class VipsCodec
{
    /// <summary>What libvips would print about each blemish of a picture; errors come as exceptions all the same.</summary>
    private static readonly Log.LogDelegate Silence = (_, _, _) => { };

    static VipsCodec()
    {
        _ = Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silence);
        // Width comes from the caller's own workers; caches would hold decoded pictures; loaders that were not fuzzed stay shut.
        NetVips.NetVips.Concurrency = 1;
        NetVips.NetVips.BlockUntrusted = true;
        Cache.Max = 0;
        Cache.MaxMem = 0;
        Cache.MaxFiles = 0;
    }

    /// <summary>Size and orientation of formats that have no header parser here.</summary>
    /// <exception cref="MediaException">Not a picture that libvips knows.</exception>
    public static ImageFacts Probe(string fileName, ReadOnlySpan<byte> data)
    {
        try
        {
            using var image = Image.NewFromBuffer(data, access: Enums.Access.Sequential);
            var orientation = image.Contains("orientation") ? ExifOrientation.Sane((int)image.Get("orientation")) : 1;
            return HeicChild.IsHeic(data)
                ? new ImageFacts(ImageFormat.Heic, image.Width, image.PageHeight)
                : new ImageFacts(ImageFormat.Other, image.Width, image.PageHeight, orientation);
        }
        catch (VipsException exception)
        {
            throw new MediaException(fileName, "is not a picture of a known format", exception);
        }
    }

    /// <summary>The picture upright as an RGB JPEG, 4:2:0.</summary>
    public static PooledBytes ToJpeg(string fileName, ReadOnlySpan<byte> data, ImageFacts facts, int quality)
    {
        try
        {
            using var loaded = Load(fileName, data, facts);
            using var image = ToRgb8(loaded);
            var bytes = image.JpegsaveBuffer(q: quality, optimizeCoding: false, subsampleMode: Enums.ForeignSubsample.On, keep: Enums.ForeignKeep.None);
            return PooledBytes.Own(bytes);
        }
        catch (VipsException exception)
        {
            throw Undecodable(fileName, exception);
        }
    }

    /// <summary>Full-range YCbCr planes, 4:2:0, padded to even sides, as a JPEG: for where libjpeg-turbo is not installed.</summary>
    public static PooledBytes PlanesToJpeg(string fileName, ReadOnlyMemory<byte> planes, int width, int height, int quality)
    {
        var (evenWidth, evenHeight) = ((width + 1) & ~1, (height + 1) & ~1);
        var (luma, chroma) = (evenWidth * evenHeight, evenWidth * evenHeight / 4);
        try
        {
            using var y = Plane(planes[..luma], evenWidth, evenHeight, 1);
            using var cb = Plane(planes.Slice(luma, chroma), evenWidth / 2, evenHeight / 2, 2);
            using var cr = Plane(planes.Slice(luma + chroma, chroma), evenWidth / 2, evenHeight / 2, 2);
            using var joined = y.Bandjoin(cb, cr);
            using var centred = joined - new double[] { 0, 128, 128 };
            using var matrix = Image.NewFromArray(new double[,] { { 1, 0, 1.402 }, { 1, -0.344136, -0.714136 }, { 1, 1.772, 0 } });
            using var rgb = centred.Recomb(matrix);
            using var bytes = rgb.Cast(Enums.BandFormat.Uchar);
            using var cropped = bytes.Crop(0, 0, width, height);
            using var tagged = cropped.Copy(interpretation: Enums.Interpretation.Srgb);
            return PooledBytes.Own(tagged.JpegsaveBuffer(q: quality, subsampleMode: Enums.ForeignSubsample.On, keep: Enums.ForeignKeep.None));
        }
        catch (VipsException exception)
        {
            throw Undecodable(fileName, exception);
        }
    }

    private static Image Plane(ReadOnlyMemory<byte> bytes, int width, int height, int times)
    {
        using var plane = Image.NewFromMemory(bytes.ToArray(), width, height, 1, Enums.BandFormat.Uchar);
        return times == 1 ? plane.Copy() : plane.Zoom(times, times);
    }

    /// <summary>
    /// The picture upright in its own format: JPEG and WebP at quality 100 without chroma reduction, TIFF with LZW, PNG and GIF lossless.
    /// </summary>
    public static PooledBytes Upright(string fileName, ReadOnlySpan<byte> data, ImageFacts facts)
    {
        try
        {
            using var image = Load(fileName, data, facts);
            var bytes = facts.Format switch
            {
                ImageFormat.Tiff => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, keep: Enums.ForeignKeep.Icc),
                ImageFormat.Png => image.PngsaveBuffer(keep: Enums.ForeignKeep.Icc),
                ImageFormat.WebP => image.WebpsaveBuffer(q: 100, keep: Enums.ForeignKeep.Icc),
                ImageFormat.Jpeg => image.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.Icc),
                _ => throw new MediaException(fileName, "is rotated by EXIF, which is not supported for its format"),
            };
            return PooledBytes.Own(bytes);
        }
        catch (VipsException exception)
        {
            throw Undecodable(fileName, exception);
        }
    }

    /// <summary>The picture upright as a JPEG that fits into a square; decoders shrink while loading. Smaller pictures keep their size.</summary>
    public static PooledBytes Thumbnail(string fileName, ReadOnlySpan<byte> data, ImageFacts facts, int sidePixels, int quality)
    {
        try
        {
            using var small = Demuxer(facts.Format) is null && facts.Format is not (ImageFormat.Ico or ImageFormat.Heic)
                ? Image.ThumbnailBuffer(data.ToArray(), sidePixels, height: sidePixels, size: Enums.Size.Down)
                : Shrink(Load(fileName, data, facts), sidePixels);
            using var image = ToRgb8(small);
            var bytes = image.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None);
            return PooledBytes.Own(bytes);
        }
        catch (VipsException exception)
        {
            throw Undecodable(fileName, exception);
        }
    }

    /// <summary>The picture upright and shrunk into a square: a PNG stays one, everything else becomes a JPEG.</summary>
    public static PooledBytes Fit(string fileName, ReadOnlySpan<byte> data, ImageFacts facts, int sidePixels)
    {
        try
        {
            using var image = Image.ThumbnailBuffer(data.ToArray(), sidePixels, height: sidePixels, size: Enums.Size.Down, failOn: Enums.FailOn.Truncated);
            return PooledBytes.Own(facts.Format == ImageFormat.Png ? image.PngsaveBuffer(keep: Enums.ForeignKeep.Icc) : image.JpegsaveBuffer(q: 90, keep: Enums.ForeignKeep.Icc));
        }
        catch (VipsException exception)
        {
            throw Undecodable(fileName, exception);
        }
    }

    /// <summary>The formats that libvips has no loader for here, by the name of ffmpeg's demuxer.</summary>
    private static string? Demuxer(ImageFormat format) => format switch
    {
        ImageFormat.Bmp => "bmp_pipe",
        ImageFormat.Netpbm => "ppm_pipe",
        ImageFormat.Jpeg2000 => "j2k_pipe",
        _ => null,
    };

    private static Image Shrink(Image image, int sidePixels)
    {
        using (image)
        {
            return image.ThumbnailImage(sidePixels, height: sidePixels, size: Enums.Size.Down);
        }
    }

    private static Image Load(string fileName, ReadOnlySpan<byte> data, ImageFacts facts)
    {
        if (Demuxer(facts.Format) is { } demuxer)
        {
            var rgb = MediaChild.DecodeRgb(fileName, demuxer, data.ToArray(), facts.StoredWidth, facts.StoredHeight);
            return Image.NewFromMemory(new ReadOnlyMemory<byte>(rgb), facts.StoredWidth, facts.StoredHeight, 3, Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        }

        if (facts.Format is ImageFormat.Ico or ImageFormat.Heic)
        {
            return LoadWrapped(fileName, data, facts);
        }

        // Rotation reads the picture in another order than it is stored in, so that it has to be in memory as a whole.
        var access = facts.Orientation == 1 ? Enums.Access.Sequential : Enums.Access.Random;
        using var loaded = Image.NewFromBuffer(data, access: access, failOn: Enums.FailOn.Truncated);
        return loaded.Autorot();
    }

    private static Image LoadWrapped(string fileName, ReadOnlySpan<byte> data, ImageFacts facts)
    {
        if (facts.Format == ImageFormat.Heic)
        {
            using var decoded = Image.NewFromBuffer(HeicChild.ToPng(fileName, data));
            return decoded.CopyMemory();
        }

        var picture = IconHeader.Extract(data, out var isPng);
        return Load(fileName, picture, facts with { Format = isPng ? ImageFormat.Png : ImageFormat.Bmp });
    }

    /// <summary>
    /// As the reference does it: alpha is dropped, not blended; 16-bit colour keeps its high byte; 16- and 32-bit greys are stretched to their
    /// maximum and equalised. Source: contract-data §3.2.
    /// </summary>
    private static Image ToRgb8(Image image)
    {
        using var opaque = WithoutAlpha(image);
        if (opaque.Bands == 1 && opaque.Format is not (Enums.BandFormat.Uchar or Enums.BandFormat.Char))
        {
            using var scaled = Equalized(opaque);
            return scaled.Colourspace(Enums.Interpretation.Srgb);
        }

        if (opaque.Format == Enums.BandFormat.Ushort && opaque.Interpretation is Enums.Interpretation.Rgb16)
        {
            using var high = opaque.Cast(Enums.BandFormat.Uchar, shift: true);
            return high.Copy(interpretation: Enums.Interpretation.Srgb);
        }

        using var srgb = opaque.Colourspace(Enums.Interpretation.Srgb);
        return srgb.Cast(Enums.BandFormat.Uchar);
    }

    private static Image WithoutAlpha(Image image)
    {
        if (!image.HasAlpha())
        {
            return image.Copy();
        }

        return image.ExtractBand(0, n: image.Bands - 1);
    }

    private static Image Equalized(Image grey)
    {
        using var inMemory = grey.CopyMemory();
        using var scaled = inMemory * (255.0 / Math.Max(inMemory.Max(), 1));
        using var bytes = scaled.Cast(Enums.BandFormat.Uchar);
        using var flat = bytes.Copy(interpretation: Enums.Interpretation.Bw);
        return flat.HistEqual();
    }

    private static MediaException Undecodable(string fileName, VipsException cause) => new(fileName, "can't be decoded: it is cut off or damaged", cause);
}
