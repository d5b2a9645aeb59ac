using System.Buffers.Binary;

namespace CvatServerless.Media.Videos;

/// <summary>Counts the frames of an MP4 of our own making, without a child: its one track's sample table says it.</summary>
internal static class Mp4Samples
{
    private const int HeaderBytes = 8;
    private static readonly byte[][] Path = [.. new[] { "moov", "trak", "mdia", "minf", "stbl" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>The number of frames; 0 where the file has no such table.</summary>
    public static int Count(string path)
    {
        using var file = File.OpenHandle(path);
        var (start, end) = (0L, RandomAccess.GetLength(file));
        foreach (var name in Path)
        {
            if (Find(file, start, end, name) is not { } box)
            {
                return 0;
            }

            (start, end) = box;
        }

        // Version and flags, the size of all samples or 0, their number.
        Span<byte> table = stackalloc byte[12];
        return Find(file, start, end, "stsz"u8) is { } sizes && RandomAccess.Read(file, table, sizes.Start) == table.Length
            ? BinaryPrimitives.ReadInt32BigEndian(table[8..])
            : 0;
    }

    private static (long Start, long End)? Find(Microsoft.Win32.SafeHandles.SafeFileHandle file, long start, long end, ReadOnlySpan<byte> name)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        while (start + HeaderBytes <= end && RandomAccess.Read(file, header, start) == HeaderBytes)
        {
            var size = (long)BinaryPrimitives.ReadUInt32BigEndian(header);
            if (size < HeaderBytes)
            {
                return null;
            }

            if (header[4..].SequenceEqual(name))
            {
                return (start + HeaderBytes, start + size);
            }

            start += size;
        }

        return null;
    }
}
