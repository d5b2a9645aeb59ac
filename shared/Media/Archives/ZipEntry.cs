namespace CvatServerless.Media.Archives;

/// <summary>One file of a zip, as its central directory describes it; the reader holds the entry to it.</summary>
/// <param name="Name">Safe name with <c>/</c> separators.</param>
/// <param name="SizeBytes">Size after decompression.</param>
/// <param name="CompressedBytes">Size in the archive.</param>
public sealed record ZipEntry(string Name, long SizeBytes, long CompressedBytes)
{
    internal uint Crc { get; init; }

    internal ushort Method { get; init; }

    internal long HeaderOffset { get; init; }

    internal bool IsEncrypted { get; init; }
}
