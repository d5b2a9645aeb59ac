using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.WriteManifest;

/// <summary>
/// Writes the manifest of a bucket's pictures: list → sizes (fanned out) → one file in the bucket. What the steps hand on lies in blobs of the attempt, so each can be repeated.
/// </summary>
public static class WriteManifestOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "WriteManifest";

    /// <summary>Activities of one request at a time; more would only keep others waiting.</summary>
    private const int Parallel = 4;

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        var failure = "";
        try
        {
            if (await context.CallActivityAsync<int?>(ListPictures.Name, item, WorkPolicy.Retry) is { } groups)
            {
                await ProbeAsync(context, item, groups);
                await context.CallActivityAsync(CommitManifest.Name, new ManifestStep(item, groups, 0), WorkPolicy.Retry);
            }
        }
        catch (TaskFailedException e)
        {
            failure = WorkPolicy.Message(e);
        }

        await context.CallActivityAsync(EndManifest.Name, new WorkFailure(item, failure), WorkPolicy.Retry);
    }

    private static async Task ProbeAsync(TaskOrchestrationContext context, WorkItem item, int groups)
    {
        foreach (var wave in Enumerable.Range(0, groups).Chunk(Parallel))
        {
            await Task.WhenAll(wave.Select(group => context.CallActivityAsync(ProbePictures.Name, new ManifestStep(item, groups, group), WorkPolicy.Retry)));
        }
    }
}
