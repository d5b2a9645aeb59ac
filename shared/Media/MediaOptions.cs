namespace CvatServerless.Media;

/// <summary>Limits and widths of everything in Media; the caller fills it from its settings.</summary>
public sealed record MediaOptions
{
    /// <summary>Pictures with more pixels are refused by name. Unit: 10⁶ pixels. Setting: CVATSERVERLESS_MAX_IMAGE_MEGAPIXELS.</summary>
    public int MaxImageMegapixels { get; init; } = 178;

    /// <summary>Largest encoded picture, in bytes; it is held in memory while it is copied and encoded.</summary>
    public int MaxImageBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>Pictures decoded at the same time in the whole process, 1 or more; by default one per core.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Limits for archives of pictures.</summary>
    public Archives.ArchiveLimits Archives { get; init; } = new();
}
