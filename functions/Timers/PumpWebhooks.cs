using System.Globalization;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.DeliverWebhooks;
using CvatServerless.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Timers;

/// <summary>Every few seconds: starts the delivery to webhooks for which something has gathered, or whose pause after a failure is over.</summary>
public sealed class PumpWebhooks(ILocators locators, WebhookPump pump, ILogger<PumpWebhooks> logger)
{
    /// <summary>Looks at every webhook: a point read, and the first change behind its place.</summary>
    [Function("pump_webhooks")]
    public async Task Run([TimerTrigger("*/3 * * * * *", RunOnStartup = true)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        await foreach (var (key, workspace) in locators.ListAsync(Webhook.Kind, ct))
        {
            var id = int.Parse(key, CultureInfo.InvariantCulture);
            try
            {
                if (await pump.IsDueAsync(workspace, id, ct))
                {
                    await client.StartOnceAsync(DeliverWebhooksOrchestrator.Name, DeliverWebhooksOrchestrator.InstanceOf(id), new WebhookTarget(workspace.Partition, id), ct);
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                logger.LogError(e, "The webhook {Webhook} could not be looked at; the next look tries again.", id);
            }
        }
    }
}
