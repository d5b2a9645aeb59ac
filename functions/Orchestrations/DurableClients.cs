using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>Everyday calls to the durable client.</summary>
internal static class DurableClients
{
    /// <summary>Starts an orchestration unless this instance is waiting or running already: then that is what was wanted.</summary>
    public static async Task StartOnceAsync(this DurableTaskClient client, string orchestrator, string instanceId, object input, CancellationToken ct)
    {
        var options = new StartOrchestrationOptions(instanceId)
            .WithDedupeStatuses(OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options, ct);
        }
        catch (Exception e) when (e.GetType().Name == "OrchestrationAlreadyExistsException")
        {
            // The type is internal to the backend.
        }
    }
}
