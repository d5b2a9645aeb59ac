using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.ImportAnnotations;

/// <summary>Reads an annotation file and saves what is in it: one step, since nothing may be saved before all of it was read.</summary>
public static class ImportAnnotationsOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "ImportAnnotations";

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        string? failure = null;
        try
        {
            await context.CallActivityAsync(ApplyAnnotationFile.Name, item, WorkPolicy.Retry);
        }
        catch (TaskFailedException e)
        {
            failure = WorkPolicy.Message(e);
        }

        await context.CallActivityAsync(EndImport.Name, new WorkFailure(item, failure ?? ""), WorkPolicy.Retry);
    }
}
