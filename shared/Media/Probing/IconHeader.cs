using System.Buffers.Binary;

namespace CvatServerless.Media.Probing;

/// <summary>Windows icons: a directory of pictures, each a PNG or a bitmap without its file header whose height counts a mask too.</summary>
internal static class IconHeader
{
    private const int EntryBytes = 16;
    private const int BitmapFileHeaderBytes = 14;
    private const int BitmapInfoBytes = 40;

    /// <summary>The size of the largest picture.</summary>
    public static ImageFacts? Read(HeaderReader reader)
    {
        var (offset, _) = Largest(reader);
        if (IsPng(reader.Slice(offset, 8)))
        {
            return new ImageFacts(ImageFormat.Ico, (int)reader.U32(offset + 16, bigEndian: true), (int)reader.U32(offset + 20, bigEndian: true));
        }

        _ = reader.Slice(offset, BitmapInfoBytes);
        return reader.U32(offset, bigEndian: false) == BitmapInfoBytes
            ? new ImageFacts(ImageFormat.Ico, (int)reader.U32(offset + 4, bigEndian: false), (int)reader.U32(offset + 8, bigEndian: false) / 2)
            : null;
    }

    /// <summary>The largest picture as a file of its own: a PNG, or a BMP.</summary>
    public static byte[] Extract(ReadOnlySpan<byte> icon, out bool isPng)
    {
        var (offset, length) = Largest(new HeaderReader(icon));
        var picture = icon.Slice(offset, Math.Min(length, icon.Length - offset));
        isPng = IsPng(picture);
        if (isPng)
        {
            return picture.ToArray();
        }

        var colors = BinaryPrimitives.ReadInt32LittleEndian(picture[32..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(picture[14..]);
        var palette = bits <= 8 ? (colors == 0 ? 1 << bits : colors) * 4 : 0;
        var bitmap = new byte[BitmapFileHeaderBytes + picture.Length];
        (bitmap[0], bitmap[1]) = ((byte)'B', (byte)'M');
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(2), bitmap.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(10), BitmapFileHeaderBytes + BitmapInfoBytes + palette);
        picture.CopyTo(bitmap.AsSpan(BitmapFileHeaderBytes));
        var height = BitmapFileHeaderBytes + 8;
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(height), BinaryPrimitives.ReadInt32LittleEndian(bitmap.AsSpan(height)) / 2);
        return bitmap;
    }

    private static (int Offset, int Length) Largest(HeaderReader reader)
    {
        var (best, area) = ((0, 0), -1);
        for (var i = 0; i < reader.U16(4, bigEndian: false); i++)
        {
            // A side of 0 means 256.
            var entry = 6 + (i * EntryBytes);
            var size = ((reader.U8(entry) + 255) % 256 + 1) * ((reader.U8(entry + 1) + 255) % 256 + 1);
            if (size > area)
            {
                best = ((int)Math.Min(reader.U32(entry + 12, bigEndian: false), int.MaxValue / 2), (int)Math.Min(reader.U32(entry + 8, bigEndian: false), int.MaxValue / 2));
                area = size;
            }
        }

        return best;
    }

    private static bool IsPng(ReadOnlySpan<byte> data) => data is [0x89, (byte)'P', (byte)'N', (byte)'G', ..];
}
