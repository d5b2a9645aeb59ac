using System.Buffers.Text;

namespace CvatServerless.Media.Probing;

/// <summary>Header parsers of the formats that put their size near the front: PNG, GIF, BMP, WebP, TIFF, Netpbm, JPEG 2000.</summary>
internal static class RasterHeaders
{
    /// <summary>PNG (RFC 2083 §4.1.1) with the eXIf chunk before the image data.</summary>
    public static ImageFacts? Png(HeaderReader reader)
    {
        if (!reader.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            return null;
        }

        var (width, height) = (reader.U32(16, bigEndian: true), reader.U32(20, bigEndian: true));
        if (width > int.MaxValue || height > int.MaxValue)
        {
            return null;
        }

        return new ImageFacts(ImageFormat.Png, (int)width, (int)height, PngOrientation(reader));
    }

    /// <summary>GIF89a logical screen.</summary>
    public static ImageFacts? Gif(HeaderReader reader) =>
        new ImageFacts(ImageFormat.Gif, reader.U16(6, bigEndian: false), reader.U16(8, bigEndian: false));

    /// <summary>BMP with a core (12 bytes) or a later header; negative heights mean top-down rows.</summary>
    public static ImageFacts? Bmp(HeaderReader reader)
    {
        if (reader.U32(14, bigEndian: false) == 12)
        {
            return new ImageFacts(ImageFormat.Bmp, reader.U16(18, bigEndian: false), reader.U16(20, bigEndian: false));
        }

        var width = (int)reader.U32(18, bigEndian: false);
        var height = (int)reader.U32(22, bigEndian: false);
        return width < 0 || height == int.MinValue ? null : new ImageFacts(ImageFormat.Bmp, width, Math.Abs(height));
    }

    /// <summary>WebP: lossy (VP8), lossless (VP8L) and extended (VP8X, whose EXIF chunk follows the image data).</summary>
    public static ImageFacts? WebP(HeaderReader reader)
    {
        var kind = reader.Slice(12, 4);
        if (kind.SequenceEqual("VP8 "u8))
        {
            return new ImageFacts(ImageFormat.WebP, reader.U16(26, bigEndian: false) & 0x3FFF, reader.U16(28, bigEndian: false) & 0x3FFF);
        }

        if (kind.SequenceEqual("VP8L"u8))
        {
            var bits = reader.U32(21, bigEndian: false);
            return new ImageFacts(ImageFormat.WebP, (int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
        }

        if (!kind.SequenceEqual("VP8X"u8))
        {
            return null;
        }

        var width = (int)(reader.U32(24, bigEndian: false) & 0xFFFFFF) + 1;
        var height = (int)((reader.U32(26, bigEndian: false) >> 8) & 0xFFFFFF) + 1;
        const int ExifFlag = 0x08;
        var orientation = (reader.U8(20) & ExifFlag) == 0 ? 1 : WebPOrientation(reader);
        return new ImageFacts(ImageFormat.WebP, width, height, orientation);
    }

    /// <summary>TIFF 6.0: width, height and orientation of the first directory.</summary>
    public static ImageFacts? Tiff(HeaderReader reader)
    {
        var bigEndian = reader.U8(0) == (byte)'M';
        long ifd = reader.U32(4, bigEndian);
        var (width, height, orientation) = (0u, 0u, 1);
        int count = reader.U16(ifd, bigEndian);
        for (var i = 0; i < count; i++)
        {
            var entry = ifd + 2 + (i * 12L);
            var isShort = reader.U16(entry + 2, bigEndian) == 3;
            var value = isShort ? reader.U16(entry + 8, bigEndian) : reader.U32(entry + 8, bigEndian);
            switch (reader.U16(entry, bigEndian))
            {
                case 0x0100: width = value; break;
                case 0x0101: height = value; break;
                case 0x0112: orientation = ExifOrientation.Sane((int)Math.Min(value, 9)); break;
            }
        }

        return width is 0 or > int.MaxValue || height is 0 or > int.MaxValue
            ? null
            : new ImageFacts(ImageFormat.Tiff, (int)width, (int)height, orientation);
    }

    /// <summary>Netpbm P1–P6: magic, width and height as decimal words, comments to the end of their line.</summary>
    public static ImageFacts? Netpbm(HeaderReader reader)
    {
        long offset = 2;
        return Word(reader, ref offset) is { } width && Word(reader, ref offset) is { } height
            ? new ImageFacts(ImageFormat.Netpbm, width, height)
            : null;
    }

    /// <summary>JP2 (ISO 15444-1 annex I): the ihdr box inside jp2h has height and width.</summary>
    public static ImageFacts? Jpeg2000(HeaderReader reader)
    {
        for (long offset = 12; offset < 1 << 20;)
        {
            var length = reader.U32(offset, bigEndian: true);
            var type = reader.Slice(offset + 4, 4);
            if (type.SequenceEqual("jp2h"u8))
            {
                offset += 8;
                continue;
            }

            if (type.SequenceEqual("ihdr"u8))
            {
                var (height, width) = (reader.U32(offset + 8, bigEndian: true), reader.U32(offset + 12, bigEndian: true));
                return width > int.MaxValue || height > int.MaxValue ? null : new ImageFacts(ImageFormat.Jpeg2000, (int)width, (int)height);
            }

            if (length < 8)
            {
                return null;
            }

            offset += length;
        }

        return null;
    }

    private static int? Word(HeaderReader reader, ref long offset)
    {
        while (reader.U8(offset) is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'#')
        {
            if (reader.U8(offset++) == (byte)'#')
            {
                while (reader.U8(offset) != (byte)'\n')
                {
                    offset++;
                }
            }
        }

        var start = offset;
        while (reader.U8(offset) is >= (byte)'0' and <= (byte)'9' && offset - start < 10)
        {
            offset++;
        }

        return Utf8Parser.TryParse(reader.Slice(start, (int)(offset - start)), out int value, out _) ? value : null;
    }

    private static int PngOrientation(HeaderReader reader)
    {
        long offset = 8;
        while (true)
        {
            var length = reader.U32(offset, bigEndian: true);
            var type = reader.Slice(offset + 4, 4);
            if (type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8) || length > int.MaxValue - 12)
            {
                return 1;
            }

            if (type.SequenceEqual("eXIf"u8))
            {
                return ExifOrientation.Read(reader.Slice(offset + 8, (int)length));
            }

            offset += 12 + length;
        }
    }

    private static int WebPOrientation(HeaderReader reader)
    {
        var end = 8L + reader.U32(4, bigEndian: false);
        for (long offset = 12; offset + 8 <= end;)
        {
            var length = reader.U32(offset + 4, bigEndian: false);
            if (reader.Slice(offset, 4).SequenceEqual("EXIF"u8) && length <= int.MaxValue - 8)
            {
                return ExifOrientation.Read(reader.Slice(offset + 8, (int)length));
            }

            offset += 8 + length + (length & 1);
        }

        return 1;
    }
}
