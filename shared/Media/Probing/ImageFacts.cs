namespace CvatServerless.Media.Probing;

/// <summary>The format of a picture by its content.</summary>
public enum ImageFormat
{
    /// <summary>A format that only the general decoder knows.</summary>
    Other,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>GIF; its first frame counts.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>WebP; its first frame counts.</summary>
    WebP,

    /// <summary>TIFF; its first page counts.</summary>
    Tiff,

    /// <summary>Netpbm (PBM, PGM, PPM).</summary>
    Netpbm,

    /// <summary>JPEG 2000 in a JP2 file.</summary>
    Jpeg2000,

    /// <summary>Windows icon; its largest picture counts.</summary>
    Ico,

    /// <summary>HEIC: HEVC in a HEIF file; upright by what the file itself says.</summary>
    Heic,
}

/// <summary>What a picture's header says. Sizes are in pixels.</summary>
/// <param name="Format">By content, not by extension.</param>
/// <param name="StoredWidth">Width as stored, before rotation.</param>
/// <param name="StoredHeight">Height as stored, before rotation.</param>
/// <param name="Orientation">EXIF orientation 1–8; 1 when absent or nonsense.</param>
public readonly record struct ImageFacts(ImageFormat Format, int StoredWidth, int StoredHeight, int Orientation = 1)
{
    /// <summary>Width after EXIF rotation: the one that frames and manifests carry.</summary>
    public int Width => Orientation > 4 ? StoredHeight : StoredWidth;

    /// <summary>Height after EXIF rotation.</summary>
    public int Height => Orientation > 4 ? StoredWidth : StoredHeight;

    /// <summary>True when the picture can't go into an original chunk byte for byte: rotated by EXIF, or TIFF. Source: contract-data §3.2.</summary>
    public bool NeedsReencode => Orientation != 1 || Format == ImageFormat.Tiff;

    /// <summary>Pixels, as a long because two 32-bit sides overflow an int.</summary>
    public long PixelCount => (long)StoredWidth * StoredHeight;
}
