using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>Merges replicas into their annotation jobs: the jobs go into a few lanes, and each lane is merged piece by piece; each job's result is saved at once.</summary>
public static class MergeConsensusOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "MergeConsensus";

    private const int Lanes = 4;

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        string? failure = null;
        try
        {
            var jobs = await context.CallActivityAsync<int>(BeginMerge.Name, item, WorkPolicy.Retry);
            var perLane = Math.Max(1, (jobs + Lanes - 1) / Lanes);
            await Task.WhenAll(
                Enumerable.Range(0, (jobs + perLane - 1) / perLane).Select(lane => MergeAsync(context, new(item, lane * perLane, 0, Math.Min(jobs, (lane + 1) * perLane)))));
        }
        catch (TaskFailedException e)
        {
            failure = WorkPolicy.Message(e);
        }

        await context.CallActivityAsync(EndMerge.Name, new WorkFailure(item, failure ?? ""), WorkPolicy.Retry);
    }

    private static async Task MergeAsync(TaskOrchestrationContext context, MergeStep first)
    {
        for (MergeStep? step = first; step is not null;)
        {
            step = await context.CallActivityAsync<MergeStep?>(MergeLane.Name, step, WorkPolicy.Retry);
        }
    }
}

/// <summary>Where a lane of jobs is to be merged further.</summary>
/// <param name="Item">The request.</param>
/// <param name="Job">Position in <see cref="MergeParameters.JobIds"/>.</param>
/// <param name="Stretch">Which stretch of the job's frames is next.</param>
/// <param name="End">The position at which the lane ends, exclusive.</param>
public sealed record MergeStep(WorkItem Item, int Job, int Stretch, int End);
