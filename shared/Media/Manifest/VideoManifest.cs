using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Domain;

namespace CvatServerless.Media.Manifest;

/// <summary>Manifests of videos: three lines of header, then the key frames. Source: contract-data §2.7.</summary>
public static class VideoManifest
{
    private const int MaxHeaderBytes = 64 * 1024;

    /// <summary>Writes one.</summary>
    public static async Task WriteAsync(Stream stream, VideoProperties properties, IEnumerable<VideoKeyFrame> keyFrames, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(keyFrames);
        var lines = new StringBuilder("{\"version\":\"1.1\"}\n{\"type\":\"video\"}\n")
            .Append(JsonSerializer.Serialize(new VideoHeader(properties), VideoManifestJson.Default.VideoHeader)).Append('\n');
        foreach (var key in keyFrames)
        {
            lines.Append(JsonSerializer.Serialize(key, VideoManifestJson.Default.VideoKeyFrame)).Append('\n');
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()), ct);
    }

    /// <summary>Reads the header of one.</summary>
    /// <exception cref="MediaException">It is no manifest of a video.</exception>
    public static async Task<VideoProperties> ReadAsync(string fileName, Stream stream, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[MaxHeaderBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        var lines = Encoding.UTF8.GetString(buffer, 0, length).Split('\n', 4);
        try
        {
            if (lines.Length >= 3
                && JsonSerializer.Deserialize(lines[0], ManifestJson.Default.ManifestVersion)?.Version is "1.0" or "1.1"
                && JsonSerializer.Deserialize(lines[1], ManifestJson.Default.ManifestType)?.Type == "video"
                && JsonSerializer.Deserialize(lines[2], VideoManifestJson.Default.VideoHeader)?.Properties is { Name: not null, Length: > 0, Resolution: [> 0, > 0] } properties)
            {
                return properties;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new MediaException(fileName, "is not a manifest of a video");
    }
}

/// <summary>The properties of a video.</summary>
/// <param name="Name">The file.</param>
/// <param name="Resolution">Width and height in pixels, upright.</param>
/// <param name="Length">Frames.</param>
public sealed record VideoProperties(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("resolution")] IReadOnlyList<int> Resolution,
    [property: JsonPropertyName("length")] int Length);

/// <summary>A key frame: its number in order of showing, and its timestamp in the stream's own unit.</summary>
public sealed record VideoKeyFrame([property: JsonPropertyName("number")] int Number, [property: JsonPropertyName("pts")] long Timestamp);

internal sealed record VideoHeader([property: JsonPropertyName("properties")] VideoProperties? Properties);

[JsonSerializable(typeof(VideoHeader))]
[JsonSerializable(typeof(VideoKeyFrame))]
internal sealed partial class VideoManifestJson : JsonSerializerContext;
