namespace CvatServerless.Media.Archives;

/// <summary>What an archive may hold before it is refused. Sizes are bytes after decompression.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Entries, directories included.</summary>
    public int MaxEntries { get; init; } = 500_000;

    /// <summary>One entry.</summary>
    public long MaxEntryBytes { get; init; } = 32L << 30;

    /// <summary>All entries together.</summary>
    public long MaxTotalBytes { get; init; } = 512L << 30;

    /// <summary>Decompressed size over compressed size of one entry; only looked at from <see cref="RatioFreeBytes"/> on, since blank pictures pack well.</summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Entries smaller than this may have any ratio.</summary>
    public long RatioFreeBytes { get; init; } = 64L << 20;
}
