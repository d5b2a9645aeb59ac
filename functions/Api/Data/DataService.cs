using System.Globalization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media.Previews;
using CvatServerless.Media.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.Data;

/// <summary>What the data operations of tasks and jobs have in common: a stretch of frames of one task's data.</summary>
public sealed class DataService(IBlobStore blobs, TaskChunks chunks, FrameIndex frames, LocalVideos videos, ContextImages contexts, PreviewMaker previews)
{
    private const string ZipType = "application/zip";

    /// <summary>The data of a task, which must have been attached.</summary>
    /// <exception cref="CvatException">404: there is none yet.</exception>
    public static TaskData Require(AnnotationTask task) => task.Data ?? throw CvatException.NotFound("The task has no data yet.");

    /// <summary>A chunk: <c>application/zip</c> with <c>X-Checksum</c>, <c>X-Updated-Date</c>, <c>X-Chunk-Size</c> and ranges.</summary>
    internal async Task<IActionResult> ChunkAsync(TaskData data, string quality, Segment cut, CancellationToken ct) =>
        await ChunkAsync(data, await chunks.FindAsync(data, quality, cut, ct), DataBlobs.IsVideo(data, quality) ? "video/mp4" : ZipType, ct);

    /// <summary>A chunk of a ground-truth job: always a zip of pictures.</summary>
    internal async Task<IActionResult> ChosenChunkAsync(TaskData data, DataQuery query, int jobId, JobFrames frames, CancellationToken ct)
    {
        var content = frames.Chunk(data, query.Index, query.Number);
        var name = DataBlobs.ChosenChunk(data, query.Quality, jobId, query.Index is { } index ? $"i{index}" : $"n{query.Number}-{content.Count}");
        return await ChunkAsync(data, await chunks.FindChosenAsync(data, query.Quality, name, content, ct), ZipType, ct);
    }

    private async Task<IActionResult> ChunkAsync(TaskData data, BlobProperties blob, string type, CancellationToken ct) =>
        new BlobResult(blobs, blob, type)
        {
            Headers = new Dictionary<string, string>
            {
                ["X-Checksum"] = await chunks.ChecksumAsync(blob, ct),
                ["X-Updated-Date"] = data.ChunksUpdatedDate.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                ["X-Chunk-Size"] = blob.LengthBytes.ToString(CultureInfo.InvariantCulture),
            },
        };

    /// <summary>One frame's picture; <paramref name="owner"/> is <c>task</c> or <c>job</c>, for the message.</summary>
    internal async Task<IActionResult> FrameAsync(TaskData data, string quality, JobFrames allowed, int frame, string owner, CancellationToken ct)
    {
        TaskChunks.CheckFrame(allowed, frame, owner);
        var (name, content) = await chunks.OpenFrameAsync(data, quality, frame, ct);
        return new FileStreamResult(content, MediaTypes.ContentType(name));
    }

    /// <summary>All context images of a frame as JPEGs in a zip; 404, empty, for a frame without any.</summary>
    internal async Task<IActionResult> ContextImagesAsync(TaskData data, JobFrames allowed, int frame, string owner, CancellationToken ct)
    {
        TaskChunks.CheckFrame(allowed, frame, owner);
        return await contexts.FindAsync(data, data.Shown(frame), ct) is { } blob ? new BlobResult(blobs, blob, ZipType) : new NotFoundResult();
    }

    /// <summary>
    /// The preview of a frame, made at its first use. A point cloud's is made of its points, seen from above: no placeholder, which a client that prefers an empty answer would
    /// go without (<c>Prefer</c> of <c>tasks_retrieve_preview</c>).
    /// </summary>
    internal async Task<IActionResult> PreviewAsync(HttpRequest request, AnnotationTask task, int frame, CancellationToken ct)
    {
        if (task.Data is not { } data)
        {
            return NoPreview.Of(request, "The task has no data, hence no preview.");
        }

        frame = data.Shown(frame);
        var name = DataBlobs.Preview(data, frame);
        if (await blobs.FindAsync(name, ct) is not { } preview)
        {
            var (entry, content) = await chunks.OpenFrameAsync(data, "compressed", frame, ct);
            await using (content)
            {
                var jpeg = data.Dimension == "3d"
                    ? await PointCloudChunks.PreviewAsync(entry, content, ct)
                    : await previews.MakeAsync(entry, content, data.ImageQuality, ct);
                preview = await blobs.WriteAsync(name, (stream, token) => stream.WriteAsync(jpeg, token).AsTask(), BlobCondition.None, ct);
            }
        }

        return new BlobResult(blobs, preview, "image/jpeg");
    }

    /// <summary><c>data/meta</c> of a stretch of frames. Source: contract-data.md §3.5.</summary>
    internal async Task<IActionResult> MetaAsync(TaskData data, JobFrames shown, CancellationToken ct)
    {
        var segment = shown.Segment;
        var entries = await frames.ReadAsync(data, ct);
        var chapters = await ChaptersAsync(data, segment, ct);
        var isVideo = data.Mode == "interpolation";
        return new JsonStreamResult(async (json, flush, _) =>
        {
            json.WriteStartObject();
            WriteChapters(json, chapters);
            json.WriteString("chunks_updated_date", data.ChunksUpdatedDate.UtcDateTime);
            json.WriteNumber("chunk_size", data.ChunkSize);
            json.WriteNumber("size", shown.Count);
            json.WriteNumber("image_quality", data.ImageQuality);
            json.WriteNumber("start_frame", data.StartFrame + (segment.StartFrame * data.FrameStep));
            json.WriteNumber("stop_frame", data.StartFrame + (segment.StopFrame * data.FrameStep));
            json.WriteString("frame_filter", data.FrameFilter);
            json.WriteStartArray("frames");
            for (var frame = isVideo ? 0 : segment.StartFrame; frame <= (isVideo ? 0 : segment.StopFrame); frame++)
            {
                json.WriteStartObject();
                json.WriteNumber("width", entries[frame].Width);
                json.WriteNumber("height", entries[frame].Height);
                var isShown = isVideo || shown.Contains(frame);
                json.WriteString("name", isShown ? entries[frame].Name : "placeholder.jpg");
                json.WriteNumber("related_files", isShown ? entries[frame].RelatedCount : 0);
                json.WriteBoolean("has_related_context", isShown && entries[frame].RelatedCount > 0);
                json.WriteEndObject();
                await flush();
            }

            json.WriteEndArray();
            json.WriteStartArray("deleted_frames");
            foreach (var frame in data.DeletedFrames.Where(shown.Contains).Union(shown.Disabled ?? []).Order())
            {
                json.WriteNumberValue(frame);
            }

            json.WriteEndArray();
            WriteIncluded(json, data, shown);
            json.WriteString("storage", data.Storage);
            if (data.CloudStorageId is { } storage)
            {
                json.WriteNumber("cloud_storage_id", storage);
            }
            else
            {
                json.WriteNull("cloud_storage_id");
            }

            json.WriteEndObject();
        });
    }

    /// <summary>A video's chapters that have frames in a stretch, in numbers of the source; null for pictures.</summary>
    private async Task<IReadOnlyList<FrameChapter>?> ChaptersAsync(TaskData data, Segment segment, CancellationToken ct)
    {
        if (data.Mode != "interpolation")
        {
            return null;
        }

        var index = await videos.IndexAsync(data.DataId, ct);
        var (first, last) = (data.StartFrame + (segment.StartFrame * data.FrameStep), data.StartFrame + (segment.StopFrame * data.FrameStep));
        return [.. index.Facts.Chapters
            .Select(chapter => new FrameChapter(
                chapter.Id, Math.Max(index.FrameAt(chapter.StartSeconds), first), Math.Min(index.FrameAt(chapter.StopSeconds) - 1, last), chapter.Title ?? ""))
            .Where(chapter => chapter.Start <= chapter.Stop)];
    }

    private static void WriteIncluded(System.Text.Json.Utf8JsonWriter json, TaskData data, JobFrames shown)
    {
        if (shown.Included is null)
        {
            json.WriteNull("included_frames");
            return;
        }

        json.WriteStartArray("included_frames");
        foreach (var frame in shown.Included)
        {
            json.WriteNumberValue(data.StartFrame + (frame * data.FrameStep));
        }

        json.WriteEndArray();
    }

    private static void WriteChapters(System.Text.Json.Utf8JsonWriter json, IReadOnlyList<FrameChapter>? chapters)
    {
        if (chapters is null)
        {
            json.WriteNull("chapters");
            return;
        }

        json.WriteStartArray("chapters");
        foreach (var chapter in chapters)
        {
            json.WriteStartObject();
            json.WriteNumber("id", chapter.Id);
            json.WriteNumber("start", chapter.Start);
            json.WriteNumber("stop", chapter.Stop);
            json.WriteStartObject("metadata");
            json.WriteString("title", chapter.Title);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed record FrameChapter(int Id, int Start, int Stop, string Title);
}
