using System.Globalization;
using CvatServerless.Media.Children;

namespace CvatServerless.Media.Videos;

/// <summary>Builds the arguments of ffmpeg for a stretch of a video.</summary>
/// <param name="index">The video.</param>
/// <param name="input">Its file.</param>
/// <param name="threads">Threads that decode and encode.</param>
internal sealed class VideoArguments(VideoIndex index, string input, int threads)
{
    /// <summary>How far before a timestamp a jump aims behind it, in frames' lengths: jumps go to the key frame at or before.</summary>
    private const double Margin = 0.25;

    private static readonly string[] Common = ["-nostdin", "-y"];

    /// <summary>The input, from a key frame on; from the beginning where it is null.</summary>
    public IEnumerable<string> Input(int? keyFrame)
    {
        var facts = index.Facts;
        string[] jump = keyFrame is > 0 and { } key
            ? ["-seek_timestamp", "1", "-ss", Ffmpeg.Text((index.Timestamp(key) + (Margin * Gap(key))) * facts.TimeUnit), "-noaccurate_seek"]
            : [];
        return [.. Ffmpeg.Guards(), .. Common, "-threads", Ffmpeg.Text(threads), .. jump, "-copyts", "-i", input];
    }

    /// <summary>
    /// The filter that lets through the stretch's frames and nothing else. It says that there will be no more: <c>fps</c> waits for the frame behind the last
    /// one, which else means decoding the rest of the video.
    /// </summary>
    public string Select(VideoStretch stretch)
    {
        var trim = index.Facts.HasRandomAccess
            ? string.Create(CultureInfo.InvariantCulture, $"trim=start_pts={index.Timestamp(stretch.First)}:end_pts={index.Timestamp(stretch.Last) + 1}")
            : string.Create(CultureInfo.InvariantCulture, $"trim=start_frame={stretch.First}:end_frame={stretch.Last + 1}");
        return stretch.Step == 1 ? trim : string.Create(CultureInfo.InvariantCulture, $"{trim},select='not(mod(n,{stretch.Step}))'");
    }

    /// <summary>An output of MP4 chunks of H.264 at 25 frames a second, each from a key frame; named by <paramref name="pattern"/>.</summary>
    public IEnumerable<string> Mp4(VideoStretch stretch, (int Width, int Height) size, int quantizer, string pattern) =>
    [
        .. Output(stretch),
        "-vf", string.Create(CultureInfo.InvariantCulture, $"{Select(stretch)},settb=1/25,setpts=N,fps=25,scale={size.Width}:{size.Height}:flags=bilinear,setsar=1,format=yuv420p"),
        "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-qp", Ffmpeg.Text(quantizer), "-bf", "0",
        "-g", Ffmpeg.Text(stretch.ChunkSize), "-keyint_min", Ffmpeg.Text(stretch.ChunkSize), "-sc_threshold", "0", "-threads", Ffmpeg.Text(threads),
        .. Segments(stretch, pattern),
    ];

    /// <summary>An output of MP4 chunks with the source's own stream.</summary>
    public IEnumerable<string> Copy(VideoStretch stretch, string pattern) =>
        [.. Output(stretch), "-c:v", "copy", .. Segments(stretch, pattern)];

    /// <summary>An output of raw frames on standard output (<see cref="RawFrames"/>): YCbCr 4:2:0 with even sides, full range unless the video <see cref="VideoFacts.HasStudioPlanes"/>.</summary>
    public IEnumerable<string> Raw(VideoStretch stretch)
    {
        var facts = index.Facts;
        var range = facts.HasStudioPlanes ? "" : ",scale=out_range=pc:out_color_matrix=bt601:flags=bilinear";
        var even = (facts.Width | facts.Height) % 2 == 0 ? "" : ",pad=ceil(iw/2)*2:ceil(ih/2)*2";
        return [.. Output(stretch), "-vf", $"{Select(stretch)}{range},format=yuv420p{even}", "-f", "yuv4mpegpipe", "pipe:1"];
    }

    /// <summary>An output of one line of text per frame on standard output.</summary>
    public IEnumerable<string> Checksums(VideoStretch stretch) => [.. Output(stretch), "-vf", $"{Select(stretch)},scale=16:16", "-f", "framecrc", "pipe:1"];

    /// <summary>An output of PNGs on standard output.</summary>
    public IEnumerable<string> Png(VideoStretch stretch, (int Width, int Height) size) =>
    [
        .. Output(stretch),
        "-vf", string.Create(CultureInfo.InvariantCulture, $"{Select(stretch)},scale={size.Width}:{size.Height}:flags=bilinear"), .. VideoFrames.PngOutput,
    ];

    private IEnumerable<string> Output(VideoStretch stretch) =>
        ["-map", $"0:{Ffmpeg.Text(index.Facts.Stream)}", "-fps_mode", "passthrough", "-frames:v", Ffmpeg.Text(stretch.Count)];

    private static IEnumerable<string> Segments(VideoStretch stretch, string pattern)
    {
        var cuts = string.Join(',', Enumerable.Range(1, Math.Max(stretch.ChunkCount - 1, 1)).Select(chunk => Ffmpeg.Text(chunk * stretch.ChunkSize)));
        return
        [
            "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
            "-f", "segment", "-segment_frames", cuts, "-segment_format", "mp4", "-segment_format_options", "movflags=+faststart", "-reset_timestamps", "1", pattern,
        ];
    }

    private long Gap(int frame) => frame + 1 < index.FrameCount ? index.Timestamp(frame + 1) - index.Timestamp(frame) : 0;
}
