namespace CvatServerless.Media.Probing;

/// <summary>What a file is, as far as its extension tells. Source: contract-data §1.7; the content is never looked at for this.</summary>
public enum MediaKind
{
    /// <summary>Skipped silently when a task is made.</summary>
    Unknown,

    /// <summary>A picture: many may make one task.</summary>
    Image,

    /// <summary>A video: exactly one, alone.</summary>
    Video,

    /// <summary>A zip: exactly one, alone.</summary>
    Zip,

    /// <summary>Another archive (tar and its compressions, rar, 7z, cpio): exactly one, alone.</summary>
    Archive,

    /// <summary>A PDF: exactly one, alone; each page is a frame.</summary>
    Pdf,

    /// <summary>A point cloud (.pcd, .bin), counted with the pictures.</summary>
    PointCloud,

    /// <summary>A manifest (.jsonl).</summary>
    Manifest,
}
