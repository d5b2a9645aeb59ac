using System.Buffers.Binary;
using System.IO.Hashing;
using CvatServerless.Media.Chunks;
using NetVips;

namespace CvatServerless.Tests.Unit.Media;

/// <summary>Generated pictures and what it takes to compare them.</summary>
internal static class Pictures
{
    /// <summary>A photo-like picture: a gradient with soft noise; the same for the same seed.</summary>
    public static Image Photo(int width, int height, int bands = 3, int seed = 1)
    {
        using var xyz = Image.Xyz(width, height);
        using var planes = new DisposableList();
        var channels = new List<Image>();
        for (var band = 0; band < bands; band++)
        {
            var noise = planes.Add(Image.Gaussnoise(width, height, sigma: 40, mean: 0, seed: seed + band));
            var soft = planes.Add(noise.Gaussblur(2));
            var slope = planes.Add(xyz[band % 2]);
            var scaled = planes.Add(slope * (160.0 / Math.Max(width, height)));
            var mixed = planes.Add(scaled + soft);
            var lifted = planes.Add(mixed + (40.0 + (20 * band)));
            channels.Add(planes.Add(lifted.Cast(Enums.BandFormat.Uchar)));
        }

        using var joined = bands == 1 ? channels[0].Copy() : channels[0].Bandjoin([.. channels.Skip(1)]);
        using var tagged = joined.Copy(interpretation: bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return tagged.CopyMemory();
    }

    public static byte[] Jpeg(int width, int height, int quality = 92, bool fullChroma = false, int bands = 3, int orientation = 1, int seed = 1)
    {
        using var photo = Photo(width, height, bands, seed);
        var jpeg = photo.JpegsaveBuffer(q: quality, subsampleMode: fullChroma ? Enums.ForeignSubsample.Off : Enums.ForeignSubsample.On, keep: Enums.ForeignKeep.None);
        return orientation == 1 ? jpeg : WithOrientation(jpeg, orientation);
    }

    public static byte[] Png(int width, int height, int bands = 3, int seed = 1)
    {
        using var photo = Photo(width, height, bands, seed);
        return photo.PngsaveBuffer(compression: 1);
    }

    /// <summary>Puts an APP1 segment with nothing but an orientation behind the SOI marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. OrientationTiff(orientation)];
        var segment = new byte[4 + exif.Length];
        (segment[0], segment[1]) = (0xFF, 0xE1);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(exif.Length + 2));
        exif.CopyTo(segment, 4);
        return [.. jpeg[..2], .. segment, .. jpeg[2..]];
    }

    public static byte[] OrientationTiff(int orientation) =>
        [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>A PNG that promises a size and has almost nothing behind it.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. PngChunk("IHDR"u8, header), .. PngChunk("IDAT"u8, [0x78, 0x9C, 3, 0, 0, 0, 0, 1]), .. PngChunk("IEND"u8, [])];
    }

    public static byte[] PngChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    public static ChunkSource Source(string name, byte[] bytes) => new(name, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes, writable: false)), bytes.Length);

    /// <summary>Decoded upright, 8-bit RGB.</summary>
    public static Image Decode(byte[] encoded)
    {
        using var loaded = Image.NewFromBuffer(encoded);
        using var upright = loaded.Autorot();
        using var opaque = upright.HasAlpha() ? upright.ExtractBand(0, n: upright.Bands - 1) : upright.Copy();
        using var rgb = opaque.Colourspace(Enums.Interpretation.Srgb);
        return rgb.CopyMemory();
    }

    /// <summary>Peak signal-to-noise ratio over all channels, in dB. The sizes must be equal.</summary>
    public static double Psnr(byte[] a, byte[] b)
    {
        using var left = Decode(a);
        using var right = Decode(b);
        if ((left.Width, left.Height, left.Bands) != (right.Width, right.Height, right.Bands))
        {
            throw new ArgumentException($"Sizes differ: {left.Width}×{left.Height}×{left.Bands} and {right.Width}×{right.Height}×{right.Bands}.");
        }

        using var difference = left - right;
        using var squared = difference * difference;
        return 10 * Math.Log10(255 * 255 / Math.Max(squared.Avg(), 1e-9));
    }

    private sealed class DisposableList : IDisposable
    {
        private readonly List<Image> _images = [];

        public Image Add(Image image)
        {
            _images.Add(image);
            return image;
        }

        public void Dispose() => _images.ForEach(image => image.Dispose());
    }
}
