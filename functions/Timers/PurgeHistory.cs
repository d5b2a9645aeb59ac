using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Timers;

/// <summary>Forgets orchestrations that ended long ago: what they were about is told by requests and the change log, and their history would grow for ever.</summary>
public sealed class PurgeHistory(TimeProvider time)
{
    /// <summary>How long the history of a finished orchestration stays, for whoever looks for the cause of a failure.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private static readonly OrchestrationRuntimeStatus[] Ended = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Looks once a day.</summary>
    [Function("purge_history")]
    public Task Run([TimerTrigger("0 30 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: time.GetUtcNow() - Lifetime, Statuses: Ended), ct);
}
