using CvatServerless.Functions.Orchestrations.ExportDataset;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.ExportEvents;

/// <summary>Makes a file of events.</summary>
public static class ExportEventsOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "ExportEvents";

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        try
        {
            await context.CallActivityAsync(WriteEvents.Name, item, WorkPolicy.Retry);
        }
        catch (TaskFailedException e)
        {
            await context.CallActivityAsync(FailExport.Name, new WorkFailure(item, WorkPolicy.Message(e)), WorkPolicy.Retry);
        }
    }
}
