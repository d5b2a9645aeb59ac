using System.Text.Json.Serialization;

namespace CvatServerless.Media.Videos;

/// <summary>What a video's headers say of its first video stream.</summary>
public sealed record VideoFacts
{
    /// <summary>Pixels, after rotation.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, after rotation.</summary>
    public required int Height { get; init; }

    /// <summary>ffmpeg's name of the codec, such as <c>h264</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>ffmpeg's names of the container, comma-separated.</summary>
    public required string Container { get; init; }

    /// <summary>ffmpeg's name of the pixel format.</summary>
    public string PixelFormat { get; init; } = "";

    /// <summary>
    /// Whether the decoder's planes are those of a JPEG (4:2:0, matrix of ITU-R BT.601) but for their range, that of studios: luma 16–235, chroma 16–240. Then they
    /// needn't go through the decoder's scaler.
    /// </summary>
    public bool HasStudioPlanes { get; init; }

    /// <summary>Degrees by which players turn it: a multiple of 90 in practice, 0 for most.</summary>
    public double Rotation { get; init; }

    /// <summary>The stream's number in the file.</summary>
    public required int Stream { get; init; }

    /// <summary>Seconds of one unit of timestamps.</summary>
    public required double TimeUnit { get; init; }

    /// <summary>Chapters, in order.</summary>
    public IReadOnlyList<VideoChapter> Chapters { get; init; } = [];

    /// <summary>
    /// Whether a frame is found by its timestamp after a jump to a key frame. Where it isn't (no or repeated timestamps, no key frame at the start), frames are
    /// counted from the beginning.
    /// </summary>
    public bool HasRandomAccess { get; init; }

    /// <summary>Pixels of a frame.</summary>
    [JsonIgnore]
    public long Pixels => (long)Width * Height;
}

/// <summary>A chapter.</summary>
/// <param name="Id">As in the file.</param>
/// <param name="StartSeconds">Its beginning, on the clock of the timestamps.</param>
/// <param name="StopSeconds">Its end, exclusive.</param>
/// <param name="Title">Its title, or null.</param>
public sealed record VideoChapter(int Id, double StartSeconds, double StopSeconds, string? Title);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VideoFacts))]
internal sealed partial class VideoJson : JsonSerializerContext;
