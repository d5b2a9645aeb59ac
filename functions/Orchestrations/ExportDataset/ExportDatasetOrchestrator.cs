using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.ExportDataset;

/// <summary>Makes a dataset: plan → annotations rendered per job (fanned out, unchanged ones reused) → one streamed zip.</summary>
public static class ExportDatasetOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "ExportDataset";

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        try
        {
            if (await context.CallActivityAsync<ExportPlan?>(PlanExport.Name, item, WorkPolicy.Retry) is not { } plan)
            {
                return;
            }

            var parts = Enumerable.Range(0, plan.StepCount)
                .Select(number => context.CallActivityAsync(RenderParts.Name, new ExportStep(item, plan, number), WorkPolicy.Retry))
                .ToList();
            await Task.WhenAll(parts);
            await context.CallActivityAsync(StitchExport.Name, new ExportStep(item, plan, 0), WorkPolicy.Retry);
        }
        catch (TaskFailedException e)
        {
            await context.CallActivityAsync(FailExport.Name, new WorkFailure(item, WorkPolicy.Message(e)), WorkPolicy.Retry);
        }
    }
}
