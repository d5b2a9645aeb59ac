using System.Collections.Frozen;

namespace CvatServerless.Media.Probing;

/// <summary>Media kinds and content types by file extension, case-insensitive. Source: contract-data §1.7 and §3.1.</summary>
public static class MediaTypes
{
    private static readonly FrozenDictionary<string, MediaKind> Kinds = Build().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Audio = "mp3 wav flac ogg oga opus m4a aac wma aif aiff".Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        ["jpg"] = "image/jpeg",
        ["jpeg"] = "image/jpeg",
        ["jpe"] = "image/jpeg",
        ["jfif"] = "image/jpeg",
        ["png"] = "image/png",
        ["apng"] = "image/png",
        ["gif"] = "image/gif",
        ["bmp"] = "image/bmp",
        ["dib"] = "image/bmp",
        ["tif"] = "image/tiff",
        ["tiff"] = "image/tiff",
        ["webp"] = "image/webp",
        ["ico"] = "image/x-icon",
        ["ppm"] = "image/x-portable-pixmap",
        ["pgm"] = "image/x-portable-graymap",
        ["pbm"] = "image/x-portable-bitmap",
        ["pnm"] = "image/x-portable-anymap",
        ["jp2"] = "image/jp2",
        ["avif"] = "image/avif",
        ["heic"] = "image/heic",
        ["heif"] = "image/heif",
        ["pcd"] = "image/x.point-cloud-data",
        ["bin"] = "image/x.point-cloud-data",
        ["mp4"] = "video/mp4",
        ["zip"] = "application/zip",
        ["pdf"] = "application/pdf",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of a file by its name; a path may precede it. <c>.ts</c> is a video, <c>.svg</c> unknown, a bare <c>.gz</c> unknown.</summary>
    public static MediaKind FromName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var extension = Extension(fileName);
        if (extension.Length > 0 && Kinds.TryGetValue(extension, out var kind))
        {
            return kind;
        }

        var stem = extension is "" ? "" : fileName[..^(extension.Length + 1)];
        return IsTarCompression(extension) && Extension(stem).Equals("tar", StringComparison.OrdinalIgnoreCase) ? MediaKind.Archive : MediaKind.Unknown;
    }

    /// <summary>Whether it is sound: its kind is unknown, since no task is made of it.</summary>
    public static bool IsAudio(string fileName) => Audio.Contains(Extension(fileName));

    /// <summary>Pictures and point clouds: what counts as an image of a task.</summary>
    public static bool IsFrameSource(string fileName) => FromName(fileName) is MediaKind.Image or MediaKind.PointCloud;

    /// <summary>The Content-Type of a frame by its name; <c>application/octet-stream</c> when the extension says nothing.</summary>
    public static string ContentType(string fileName) => ContentTypes.GetValueOrDefault(Extension(fileName), "application/octet-stream");

    /// <summary>What listings of files call a kind: <c>image</c>, <c>video</c>, <c>archive</c>, <c>pdf</c> or <c>unknown</c>. Source: contract-data §5.4.</summary>
    public static string ListedType(string fileName) => FromName(fileName) switch
    {
        MediaKind.Image or MediaKind.PointCloud => "image",
        MediaKind.Video => "video",
        MediaKind.Zip or MediaKind.Archive => "archive",
        MediaKind.Pdf => "pdf",
        _ => "unknown",
    };

    /// <summary>The extension without its dot, case kept; empty when there is none or the name is only an extension (<c>.jpg</c>).</summary>
    internal static string Extension(string fileName)
    {
        var name = fileName.AsSpan(fileName.LastIndexOfAny(['/', '\\']) + 1);
        var dot = name.LastIndexOf('.');
        return dot > 0 ? name[(dot + 1)..].ToString() : "";
    }

    private static bool IsTarCompression(string extension) =>
        extension.ToLowerInvariant() is "gz" or "bz2" or "xz" or "zst" or "lz" or "lzma";

    private static Dictionary<string, MediaKind> Build()
    {
        var kinds = new Dictionary<string, MediaKind>();
        Add(MediaKind.Image, "jpg jpeg jpe jfif png apng bmp dib gif tif tiff webp ppm pgm pbm pnm jp2 j2k jpf jpx ico heic heif avif jxl");
        Add(MediaKind.PointCloud, "pcd bin");
        Add(MediaKind.Video, "mp4 mpg4 mp4v avi mov qt mkv webm mpeg mpg mpe m1v m2v m4v mxf ts mts m2ts flv f4v wmv asf 3gp 3g2 ogv vob mjpeg mjpg");
        Add(MediaKind.Zip, "zip");
        Add(MediaKind.Archive, "tar tgz tbz2 tbz txz tzst rar 7z cpio bz");
        Add(MediaKind.Pdf, "pdf");
        Add(MediaKind.Manifest, "jsonl");
        return kinds;

        void Add(MediaKind kind, string extensions)
        {
            foreach (var extension in extensions.Split(' '))
            {
                kinds[extension] = kind;
            }
        }
    }
}
