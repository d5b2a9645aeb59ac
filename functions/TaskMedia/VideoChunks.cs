using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media.Videos;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Chunks and frames of videos, made from the source that lies beside them.</summary>
public sealed class VideoChunks(IBlobStore blobs, LocalVideos videos, FrameIndex frames, VideoChunker chunker, VideoFrames pictures)
{
    /// <summary>Builds chunks of a stretch into blobs; <paramref name="blobOf"/> names them.</summary>
    internal async Task BuildAsync(string dataId, string name, VideoStretch stretch, VideoKinds kinds, Func<VideoChunk, string> blobOf, CancellationToken ct)
    {
        var index = await videos.IndexAsync(dataId, ct);
        using var video = await videos.OpenAsync(DataBlobs.Source(dataId), name, ct);
        await chunker.BuildAsync(video.Media, index, stretch, kinds, chunk => CopyAsync(chunk.Path, blobOf(chunk), ct), ct);
    }

    /// <summary>Builds one chunk of committed data; its frames are relative to the task.</summary>
    internal async Task BuildAsync(TaskData data, string quality, Segment segment, string blob, CancellationToken ct)
    {
        var isOriginal = quality == "original";
        var stretch = new VideoStretch(Absolute(data, segment.StartFrame), data.FrameStep, segment.FrameCount, segment.FrameCount);
        var kinds = new VideoKinds(isOriginal, !isOriginal, data.CompressedChunkType == "imageset", data.ImageQuality);
        await BuildAsync(data.DataId, await NameAsync(data, ct), stretch, kinds, _ => blob, ct);
    }

    /// <summary>One frame as PNG: out of its chunk where that is there, else from the source.</summary>
    internal async Task<byte[]> FrameAsync(TaskData data, string quality, int frame, CancellationToken ct)
    {
        var name = await NameAsync(data, ct);
        var chunk = DataBlobs.Chunk(data, quality, frame / data.ChunkSize);
        if (await blobs.FindAsync(chunk, ct) is not null)
        {
            using var file = await videos.OpenAsync(chunk, name, ct);
            return await pictures.FromChunkAsync(file.Media, frame % data.ChunkSize, ct);
        }

        var index = await videos.IndexAsync(data.DataId, ct);
        using var video = await videos.OpenAsync(DataBlobs.Source(data.DataId), name, ct);
        return await pictures.FromVideoAsync(video.Media, index, Absolute(data, frame), quality == "compressed", ct);
    }

    /// <summary>Calls back with each frame of a chunk of originals, by its position there, as PNG.</summary>
    internal async Task FramesAsync(TaskData data, BlobProperties chunk, Func<int, ReadOnlyMemory<byte>, Task> take, CancellationToken ct)
    {
        using var file = await videos.OpenAsync(chunk.Name, await NameAsync(data, ct), ct);
        await pictures.AllOfChunkAsync(file.Media, take, ct);
    }

    private async Task<string> NameAsync(TaskData data, CancellationToken ct) => (await frames.ReadAsync(data, ct))[0].Name;

    private async Task CopyAsync(string path, string blob, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        await blobs.WriteAsync(blob, (stream, token) => file.CopyToAsync(stream, 128 * 1024, token), BlobCondition.None, ct);
    }

    private static int Absolute(TaskData data, int frame) => data.StartFrame + (frame * data.FrameStep);
}
