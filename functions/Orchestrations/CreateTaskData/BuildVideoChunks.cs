using CvatServerless.Domain.Ports;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media.Videos;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Builds the chunks of one stretch of a video, all kinds at once: it is decoded once, from the key frame before it.</summary>
public sealed class BuildVideoChunks(IBlobStore blobs, WorkRequests requests, VideoChunks chunks)
{
    /// <summary>The function's name.</summary>
    public const string Name = "BuildVideoChunks";

    /// <summary>Stands for the group of the first chunk alone, which shows that the video can be decoded.</summary>
    public const int FirstChunk = -1;

    /// <summary>Runs the step; safe to repeat: names and content depend on the plan alone.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] TaskDataStep step, CancellationToken ct)
    {
        var (plan, video) = (step.Plan, step.Plan.Video ?? throw new InvalidOperationException("No video."));
        var done = DataBlobs.GroupResult(plan.DataId, step.Group);
        if (await blobs.FindAsync(done, ct) is not null || await requests.FindAsync(step.Item, ct) is null)
        {
            return;
        }

        var isFirst = step.Group == FirstChunk;
        var firstChunk = isFirst ? 0 : step.Group * plan.ChunksPerGroup;
        var first = firstChunk * plan.ChunkSize;
        var count = Math.Min((isFirst ? 1 : plan.ChunksPerGroup) * plan.ChunkSize, plan.Size - first);
        var stretch = new VideoStretch(plan.Parameters.StartFrame + (first * plan.Parameters.FrameStep), plan.Parameters.FrameStep, count, plan.ChunkSize);
        var kinds = new VideoKinds(Original: true, Compressed: true, plan.Parameters.UseZipChunks, plan.Parameters.ImageQuality);
        await chunks.BuildAsync(plan.DataId, video.Name, stretch, kinds, chunk => BlobOf(plan, chunk, firstChunk), ct);
        if (!isFirst && await requests.AdvanceAsync(step.Item, (double)stretch.ChunkCount / plan.ChunkCount, "Preparing the video", ct))
        {
            await blobs.WriteAsync(done, [], TaskDataJson.Default.BuiltFrame, ct);
        }
    }

    private static string BlobOf(TaskDataPlan plan, VideoChunk chunk, int firstChunk) =>
        DataBlobs.ChunkIn(plan.Parameters.UseCache ? DataBlobs.Cache(plan.DataId) : DataBlobs.Folder(plan.DataId), chunk.Quality, firstChunk + chunk.Number, isVideo: chunk.Quality == "original" || !plan.Parameters.UseZipChunks);
}
