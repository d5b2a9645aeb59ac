using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media.Chunks;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Builds the chunks of one group, both qualities at once: each picture is read once and decoded at most once.</summary>
public sealed class BuildChunks(
    IBlobStore blobs, WorkRequests requests, PictureGroups groups, MediaPlaces places, ChunkBuilder builder, PointCloudChunks clouds, ContextImages contexts, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "BuildChunks";

    /// <summary>After this the rest is left to the next call: pictures of a bucket may come slowly, and others want their turn.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(30);

    /// <summary>Runs the step; safe to repeat: names and bytes depend on the plan alone.</summary>
    [Function(Name)]
    public Task<WorkOutcome> Run([ActivityTrigger] TaskDataStep step, CancellationToken ct) => groups.RunAsync(step, (frames, turn) => BuildAsync(step, frames, turn, ct), ct);

    private async Task<WorkOutcome> BuildAsync(TaskDataStep step, List<PlannedFrame> frames, OutsideTurn.Turn? turn, CancellationToken ct)
    {
        var plan = step.Plan;
        var started = time.GetTimestamp();
        var part = DataBlobs.GroupPart(plan.DataId, step.Group);
        var built = await blobs.FindAsync(part, ct) is null ? [] : await blobs.ReadAsync(part, TaskDataJson.Default.BuiltFrame, ct).ToListAsync(ct);
        await using var pictures = await PictureSource.OpenAsync(frames, places, plan.Parameters.CloudStorageId, ct);
        var first = built.Count;
        for (var i = first; i < frames.Count; i += plan.ChunkSize)
        {
            if (i > first && time.GetElapsedTime(started) > Stretch)
            {
                await blobs.WriteAsync(part, built, TaskDataJson.Default.BuiltFrame, ct);
                return turn?.More() ?? WorkOutcome.More;
            }

            var number = (step.Group * plan.ChunksPerGroup) + (i / plan.ChunkSize);
            var chunk = frames.GetRange(i, Math.Min(plan.ChunkSize, frames.Count - i));
            var sources = chunk.Select(pictures.Of);
            var done = plan.Is3D ? await clouds.BuildAsync(plan, number, sources, ct) : await BuildAsync(plan, number, sources, ct);
            for (var k = 0; k < chunk.Count; k++)
            {
                if (!plan.IsOutside)
                {
                    await contexts.KeepAsync(plan.DataId, (number * plan.ChunkSize) + k, chunk[k], pictures, ct);
                }

                built.Add(new(done[k].Name, done[k].Width, done[k].Height, chunk[k].Related?.Select(image => image.Name).ToList()));
            }

            if (!await requests.AdvanceAsync(step.Item, 1.0 / plan.ChunkCount, "Preparing the pictures", ct))
            {
                return WorkOutcome.Done;
            }
        }

        await groups.FinishAsync(step, built, ct);
        return WorkOutcome.Done;
    }

    private async Task<IReadOnlyList<ChunkFrame>> BuildAsync(TaskDataPlan plan, int number, IEnumerable<ChunkSource> sources, CancellationToken ct)
    {
        IReadOnlyList<ChunkFrame> built = [];
        if (plan.IsOutside)
        {
            // Originals stay where they are.
            await blobs.WriteAsync(
                DataBlobs.Chunk(plan.DataId, "compressed", number),
                async (compressed, inner) => built = await builder.BuildAsync(sources, null, compressed, plan.Parameters.ImageQuality, inner),
                BlobCondition.None,
                ct);
            return built;
        }

        if (plan.Parameters.UseCache)
        {
            // Compressed chunks are made of originals when they are asked for.
            await blobs.WriteAsync(
                DataBlobs.Chunk(plan.DataId, "original", number),
                async (original, inner) => built = await builder.BuildAsync(sources, original, null, plan.Parameters.ImageQuality, inner),
                BlobCondition.None,
                ct);
            return built;
        }

        await blobs.WriteAsync(
            DataBlobs.Chunk(plan.DataId, "original", number),
            (original, token) => blobs.WriteAsync(
                DataBlobs.Chunk(plan.DataId, "compressed", number),
                async (compressed, inner) => built = await builder.BuildAsync(sources, original, compressed, plan.Parameters.ImageQuality, inner),
                BlobCondition.None,
                token),
            BlobCondition.None,
            ct);
        return built;
    }
}
