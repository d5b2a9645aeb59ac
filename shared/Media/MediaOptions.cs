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

    /// <summary>Where foreign decoders get their input and leave their output, each run in a folder of its own that goes with it.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>Frames of a video beyond which it is refused: an endless stream must end.</summary>
    public int MaxVideoFrames { get; init; } = 20_000_000;

    /// <summary>Limits for archives of pictures.</summary>
    public Archives.ArchiveLimits Archives { get; init; } = new();
}
