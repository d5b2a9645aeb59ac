using System.Globalization;
using System.Text.Json.Nodes;
using CvatServerless.Domain;
using CvatServerless.Media.Children;

namespace CvatServerless.Media.Videos;

/// <summary>
/// Finds out how many frames a video has and where each one is, by reading packets without decoding them; only where these don't tell is the video decoded
/// once to count its frames. Thread-safe.
/// </summary>
public sealed class VideoProbe(MediaOptions options)
{
    private const int MaxHeaderBytes = 16 << 20;

    /// <summary>The last group of pictures is decoded to see whether it is complete, unless it is longer than this.</summary>
    private const int MaxTailFrames = 1000;

    /// <summary>Indexes the first video stream.</summary>
    /// <exception cref="MediaException">Not a video, broken, or too large.</exception>
    public async Task<VideoIndex> IndexAsync(LocalMedia file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var folder = MediaFolder.Create(options);
        var input = folder.Link(file);
        var facts = await FactsAsync(file, input, ct);
        var packets = await ReadAsync(file, input, facts, decode: false, ct);
        if (packets.ToIndex(facts) is { } index && await IsCompleteAsync(file, input, index, ct))
        {
            return index;
        }

        var decoded = await ReadAsync(file, input, facts, decode: true, ct);
        return decoded.Count > 0 ? decoded.ToSequence(facts) : throw new MediaException(file.Name, "has no frame that can be decoded");
    }

    /// <summary>Whether a recording that broke off has as many frames at its end as it has packets.</summary>
    private async Task<bool> IsCompleteAsync(LocalMedia file, string input, VideoIndex index, CancellationToken ct)
    {
        var first = index.KeyFrames[^1].Number;
        var stretch = new VideoStretch(first, 1, index.FrameCount - first, index.FrameCount - first);
        if (stretch.Count > MaxTailFrames)
        {
            return true;
        }

        var build = new VideoArguments(index, input, Math.Clamp(options.Parallelism, 1, 4));
        var frames = 0;
        await GuardedChild.RunAsync(
            file.Name, "ffmpeg", [.. build.Input(first), .. build.Checksums(stretch)], Ffmpeg.Limits(MaxTailFrames, index.Facts.Pixels, 0), async (stream, token) =>
            {
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync(token) is { } line)
                {
                    frames += line.StartsWith('#') ? 0 : 1;
                }
            }, ct);
        return frames == stretch.Count;
    }

    private static async Task<VideoFacts> FactsAsync(LocalMedia file, string input, CancellationToken ct)
    {
        string[] arguments =
        [
            .. Ffmpeg.Guards(), "-of", "json", "-show_entries",
            "format=format_name:stream=index,codec_type,codec_name,pix_fmt,color_range,color_space,width,height,time_base:stream_side_data=rotation:stream_disposition=attached_pic:chapter=id,start_time,end_time:chapter_tags=title",
            "-show_chapters", input,
        ];
        using var output = new MemoryStream();
        var code = await GuardedChild.RunAsync(file.Name, "ffprobe", arguments, Ffmpeg.Limits(1000, 1 << 20, 0), (stream, token) => CopyAsync(file, stream, output, token), ct);
        var json = code == 0 ? Parse(output) : null;
        var streams = json?["streams"]?.AsArray() ?? [];
        var video = streams.OfType<JsonObject>().FirstOrDefault(stream =>
            (string?)stream["codec_type"] == "video" && (int?)stream["disposition"]?["attached_pic"] is null or 0);
        if (video is null || (int?)video["width"] is not > 0 || (int?)video["height"] is not > 0)
        {
            throw new MediaException(file.Name, code != 0 ? "can't be read as a video: it is cut off, damaged or of an unknown format" : "holds no video");
        }

        return Facts(file, json!, video);
    }

    private static VideoFacts Facts(LocalMedia file, JsonObject json, JsonObject video)
    {
        var (width, height) = ((int)video["width"]!, (int)video["height"]!);
        if (((width + 1L) & ~1L) * ((height + 1L) & ~1L) > Ffmpeg.MaxFramePixels)
        {
            throw new MediaException(file.Name, $"is too large: {width} × {height} pixels, the limit of a video's frame is {Ffmpeg.MaxFramePixels} pixels");
        }

        var rotation = (double?)video["side_data_list"]?.AsArray().OfType<JsonObject>().Select(data => data["rotation"]).FirstOrDefault(value => value is not null) ?? 0;
        var isTurned = Math.Abs(Math.Abs(rotation % 180) - 90) < 45;
        var unit = ((string?)video["time_base"] ?? "1/1000").Split('/');
        return new()
        {
            Width = isTurned ? height : width,
            Height = isTurned ? width : height,
            Codec = (string?)video["codec_name"] ?? "unknown",
            Container = (string?)json["format"]?["format_name"] ?? "",
            PixelFormat = (string?)video["pix_fmt"] ?? "",
            HasStudioPlanes = IsOneOf(video["pix_fmt"], "yuv420p") && IsOneOf(video["color_range"], null, "unknown", "tv") && IsOneOf(video["color_space"], null, "unknown", "smpte170m", "bt470bg"),
            Rotation = rotation,
            Stream = (int)video["index"]!,
            TimeUnit = Number(unit[0]) / Number(unit[1]),
            Chapters = [.. (json["chapters"]?.AsArray() ?? []).OfType<JsonObject>().Select((chapter, i) => Chapter(chapter, i))],
        };
    }

    private static bool IsOneOf(JsonNode? text, params ReadOnlySpan<string?> values) => values.Contains((string?)text);

    private static VideoChapter Chapter(JsonObject chapter, int number) => new(
        chapter["id"] is JsonValue id && id.TryGetValue<int>(out var known) ? known : number,
        Number((string?)chapter["start_time"] ?? "0"),
        Number((string?)chapter["end_time"] ?? "0"),
        (string?)chapter["tags"]?["title"]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static JsonObject? Parse(MemoryStream output)
    {
        try
        {
            return JsonNode.Parse(output.GetBuffer().AsSpan(0, (int)output.Length)) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static async Task CopyAsync(LocalMedia file, Stream from, MemoryStream to, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer, ct)) > 0)
        {
            to.Write(buffer, 0, count);
            if (to.Length > MaxHeaderBytes)
            {
                throw new MediaException(file.Name, "has headers that make no sense");
            }
        }
    }

    private async Task<PacketOrder> ReadAsync(LocalMedia file, string input, VideoFacts facts, bool decode, CancellationToken ct)
    {
        // A packet carries a flag where a container's edit list drops its frame.
        var entries = decode ? "frame=best_effort_timestamp" : "packet=pts,flags";
        string[] arguments = [.. Ffmpeg.Guards(), "-select_streams", Ffmpeg.Text(facts.Stream), "-of", "compact=p=0", "-show_entries", entries, input];
        var order = new PacketOrder();
        var frames = decode ? 100_000L : 1_000_000;
        await GuardedChild.RunAsync(file.Name, "ffprobe", arguments, Ffmpeg.Limits(frames, facts.Pixels, 0), async (stream, token) =>
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(token) is { } line)
            {
                Add(order, line, decode);
                if (order.Count > options.MaxVideoFrames)
                {
                    throw new MediaException(file.Name, $"has more than {options.MaxVideoFrames} frames");
                }
            }
        }, ct);
        return order;
    }

    private static void Add(PacketOrder order, string line, bool decode)
    {
        long? timestamp = null;
        var flags = "";
        var isFrame = false;
        foreach (var field in line.Split('|'))
        {
            var split = field.IndexOf('=', StringComparison.Ordinal);
            switch (split < 0 ? "" : field[..split])
            {
                case "pts" or "best_effort_timestamp":
                    isFrame = true;
                    timestamp = long.TryParse(field.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
                    break;
                case "flags":
                    flags = field[(split + 1)..];
                    break;
            }
        }

        if (isFrame && !flags.Contains('D', StringComparison.Ordinal))
        {
            order.Add(timestamp, decode || flags.StartsWith('K'));
        }
    }
}
