using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.DeliverWebhooks;

/// <summary>Tells one webhook what has gathered. One instance per webhook at a time keeps the order; a slow receiver holds up nobody else.</summary>
public static class DeliverWebhooksOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "DeliverWebhooks";

    private const int StepsOfAHistory = 50;

    /// <summary>The instance of a webhook.</summary>
    public static string InstanceOf(int webhookId) => $"webhook-{webhookId}";

    /// <summary>Goes on until there is nothing to tell, or it must wait; the timer starts it again.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var target = context.GetInput<WebhookTarget>() ?? throw new InvalidOperationException("No input.");
        for (var step = 0; step < StepsOfAHistory; step++)
        {
            if (!await context.CallActivityAsync<bool>(TellWebhook.Name, target, WorkPolicy.Retry))
            {
                return;
            }
        }

        context.ContinueAsNew(target);
    }
}

/// <summary>A webhook, where it lives.</summary>
public sealed record WebhookTarget(string Workspace, int WebhookId);

/// <summary>Tells a webhook some of what has gathered.</summary>
public sealed class TellWebhook(WebhookPump pump)
{
    /// <summary>The function's name.</summary>
    public const string Name = "TellWebhook";

    /// <summary>Runs the step; repeated, it goes on where the stored progress is. True where there is more.</summary>
    [Function(Name)]
    public Task<bool> Run([ActivityTrigger] WebhookTarget target, CancellationToken ct) => pump.RunAsync(WorkspaceId.Parse(target.Workspace), target.WebhookId, ct);
}
