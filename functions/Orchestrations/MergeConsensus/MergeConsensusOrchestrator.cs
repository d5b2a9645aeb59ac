using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>Merges replicas into their annotation jobs: a few jobs per step, side by side; each job's result is saved at once.</summary>
public static class MergeConsensusOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "MergeConsensus";

    /// <summary>At most this many activities for one request: history stays short.</summary>
    private const int MaxSteps = 64;

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        string? failure = null;
        try
        {
            var jobs = await context.CallActivityAsync<int>(BeginMerge.Name, item, WorkPolicy.Retry);
            var perStep = Math.Max(1, (jobs + MaxSteps - 1) / MaxSteps);
            var steps = Enumerable.Range(0, (jobs + perStep - 1) / perStep)
                .Select(step => context.CallActivityAsync(MergeReplicas.Name, new MergeStep(item, step * perStep, perStep), WorkPolicy.Retry))
                .ToList();
            await Task.WhenAll(steps);
        }
        catch (TaskFailedException e)
        {
            failure = WorkPolicy.Message(e);
        }

        await context.CallActivityAsync(EndMerge.Name, new WorkFailure(item, failure ?? ""), WorkPolicy.Retry);
    }
}

/// <summary>Some of a request's jobs.</summary>
/// <param name="Item">The request.</param>
/// <param name="First">Position of the first one in <see cref="MergeParameters.JobIds"/>.</param>
/// <param name="Count">How many, at most.</param>
public sealed record MergeStep(WorkItem Item, int First, int Count);
