using System.Buffers.Binary;

namespace CvatServerless.Media.PointClouds;

/// <summary>The compression of PCD's <c>binary_compressed</c>: two little-endian lengths, then Marc Lehmann's LZF.</summary>
internal static class Lzf
{
    private const int MaxBytes = 1 << 30;

    /// <summary>Decompresses; the result must have the expected length.</summary>
    /// <exception cref="InvalidDataException">It is broken or lies about its size.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> body, long expected)
    {
        var (packed, size) = (BinaryPrimitives.ReadUInt32LittleEndian(body), BinaryPrimitives.ReadUInt32LittleEndian(body[4..]));
        if (size != expected || size > MaxBytes || packed > body.Length - 8)
        {
            throw new InvalidDataException("Wrong sizes.");
        }

        var source = body.Slice(8, (int)packed);
        var target = new byte[size];
        var (from, to) = (0, 0);
        while (from < source.Length)
        {
            int control = source[from++];
            if (control < 32)
            {
                source.Slice(from, control + 1).CopyTo(target.AsSpan(to));
                from += control + 1;
                to += control + 1;
                continue;
            }

            var length = control >> 5;
            length += length == 7 ? source[from++] : 0;
            var reference = to - ((control & 31) << 8) - source[from++] - 1;
            if (reference < 0 || to + length + 2 > target.Length)
            {
                throw new InvalidDataException("A reference out of bounds.");
            }

            // Byte by byte: source and target may overlap.
            for (var i = 0; i < length + 2; i++)
            {
                target[to++] = target[reference++];
            }
        }

        return to == target.Length ? target : throw new InvalidDataException("Too few bytes.");
    }
}
