namespace CvatServerless.Media.Archives;

/// <summary>What the directory has to say about an entry that was written.</summary>
internal sealed class WrittenEntry(string name, ushort method, long offset)
{
    public string Name => name;

    public ushort Method => method;

    public long Offset => offset;

    public uint Crc { get; set; }

    public long Size { get; set; }

    public long Compressed { get; set; }

    /// <summary>Size and CRC follow the body. Such entries always use zip64 fields, since their length is not known in front.</summary>
    public bool HasDescriptor { get; init; }

    public bool NeedsZip64Sizes => HasDescriptor || Size >= ZipRecords.Max32 || Compressed >= ZipRecords.Max32;
}
