using CvatServerless.Functions.Sources;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Finds the sizes of the pictures of one group where no chunks are prepared: they stay where they are, and are read when somebody looks at them.</summary>
public sealed class ProbeFrames(WorkRequests requests, PictureGroups groups, FrameSizes sizes)
{
    /// <summary>The function's name.</summary>
    public const string Name = "ProbeFrames";

    private const int Parallel = 16;
    private const int Stretch = 256;

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public Task<WorkOutcome> Run([ActivityTrigger] TaskDataStep step, CancellationToken ct) => groups.RunAsync(step, (frames, _) => ProbeAsync(step, frames, ct), ct);

    private async Task<WorkOutcome> ProbeAsync(TaskDataStep step, List<PlannedFrame> frames, CancellationToken ct)
    {
        var plan = step.Plan;
        var built = new BuiltFrame[frames.Count];
        for (var first = 0; first < frames.Count; first += Stretch)
        {
            var count = Math.Min(Stretch, frames.Count - first);
            await System.Threading.Tasks.Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (i, token) =>
            {
                var (width, height) = await sizes.OfAsync(frames[i], plan.Parameters.CloudStorageId, token);
                built[i] = new(frames[i].Name, width, height, frames[i].Related?.Select(image => image.Name).ToList());
            });
            if (!await requests.AdvanceAsync(step.Item, (double)count / plan.Size, "Looking at the pictures", ct))
            {
                return WorkOutcome.Done;
            }
        }

        await groups.FinishAsync(step, built, ct);
        return WorkOutcome.Done;
    }
}
