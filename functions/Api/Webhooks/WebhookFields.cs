using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>A webhook in a list, with its project.</summary>
internal sealed record WebhookRow(RowContext Context, Webhook Webhook, Project? Project) : IListRow
{
    public WorkspaceId Workspace => Context.Workspace;
}

/// <summary>What the list of webhooks can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class WebhookFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;

    public static readonly FieldSet<WebhookRow> All = FieldSet.ById<WebhookRow>(row => row.Webhook.Id)
        .Text("description", row => row.Webhook.Description, FieldUses.Listed | FieldUses.Search)
        .Text("owner", row => row.Context.Users.Name(row.Webhook.OwnerId), Simple | FieldUses.Search)
        .Text("target_url", row => row.Webhook.TargetUrl, Simple | FieldUses.Search)
        .Int("project_id", row => row.Webhook.ProjectId, Simple)
        .Choice("type", row => row.Webhook.Type, Simple, [.. WebhookEvents.Types])
        .Date("updated_date", row => row.Webhook.UpdatedDate, FieldUses.Listed)
        .Int("webhook_owner_id", row => WebhookPolicy.Facts(row.Webhook, row.Project).WebhookOwner, FieldUses.None)
        .Int("project_owner_id", row => row.Project?.OwnerId, FieldUses.None);
}
