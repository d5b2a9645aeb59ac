using System.Globalization;
using CvatServerless.Media.Children;

namespace CvatServerless.Media.Videos;

/// <summary>Arguments and limits that every run of ffmpeg and ffprobe on a video has.</summary>
internal static class Ffmpeg
{
    /// <summary>Frames with more pixels are refused. Unit: pixels of the even-rounded size. Source: contract-data.md §1.7.</summary>
    public const int MaxFramePixels = 9_437_184;

    /// <summary>The containers that are opened at all: none of them names other files or addresses, as playlists do.</summary>
    private const string Formats =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegvideo,mpegts,mxf,flv,asf,ogg,h264,hevc,m4v,mjpeg,ivf,obu,dv,rm,nut,gxf,vc1,cavsvideo,h263,swf,wtv,nsv,vob";

    private const long BaseMemoryBytes = 3L << 30;
    private const int MemoryPerPixel = 256;

    /// <summary>What precedes the input: only local files, only known containers, no frame larger than the limit (with what decoders pad).</summary>
    public static IEnumerable<string> Guards() =>
        ["-v", "error", "-protocol_whitelist", "file", "-format_whitelist", Formats, "-max_pixels", Text(MaxFramePixels + (MaxFramePixels / 8))];

    /// <summary>Limits for work on some frames: what a slow decoder could need for them, twenty times over.</summary>
    public static ChildLimits Limits(long frames, long pixels, long fileBytes)
    {
        var cpu = TimeSpan.FromSeconds(60 + (frames * Math.Max(pixels / 1e6, 0.1) * 2));
        return new(BaseMemoryBytes + (MemoryPerPixel * pixels), cpu, cpu + TimeSpan.FromMinutes(5), fileBytes);
    }

    /// <summary>A number as ffmpeg reads it.</summary>
    public static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
