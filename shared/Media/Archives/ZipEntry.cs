namespace CvatServerless.Media.Archives;

/// <summary>One file of a zip, as its central directory describes it: all that is needed to read it, and what the reader holds it to.</summary>
/// <param name="Name">Safe name with <c>/</c> separators.</param>
/// <param name="SizeBytes">Size after decompression.</param>
/// <param name="CompressedBytes">Size in the archive.</param>
public sealed record ZipEntry(string Name, long SizeBytes, long CompressedBytes)
{
    /// <summary>CRC-32 of the decompressed bytes.</summary>
    public uint Crc { get; init; }

    /// <summary>How it is compressed (APPNOTE §4.4.5).</summary>
    public ushort Method { get; init; }

    /// <summary>Where its local header begins, in bytes from the start of the archive.</summary>
    public long HeaderOffset { get; init; }

    /// <summary>Whether it needs a password, which nobody can give.</summary>
    public bool IsEncrypted { get; init; }
}
