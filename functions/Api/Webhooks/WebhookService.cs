using System.Text.Json.Nodes;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Webhooks;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>A webhook, where it lives.</summary>
internal sealed record FoundWebhook(WorkspaceId Workspace, Webhook Webhook, Project? Project, Members Members)
{
    /// <summary>Its people.</summary>
    public StaffFacts Facts => WebhookPolicy.Facts(Webhook, Project) with { Members = Members };
}

/// <summary>Webhooks.</summary>
public sealed class WebhookService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, IWebhookStore store, Lists lists, Access access, UserService users, WebhookPump pump, WebhookSender sender,
    WebhookRemoval removal, TimeProvider time)
{
    /// <summary>A page of the webhooks that the actor may see.</summary>
    internal async Task<Page<WebhookRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(WebhookFields.All).And(WebhookPolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        var page = await lists.RunAsync(over, query, Offer, (_, row) => row, ct);
        var reads = new List<WebhookRead>();
        foreach (var row in page.Items)
        {
            reads.Add(WebhookRead.Of(row.Workspace, row.Webhook, (await store.StateAsync(row.Webhook.Id, ct))?.State, directory));
        }

        return new(page.Count, reads, page.Number, page.Size);

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<WebhookRow> rows)
        {
            var context = new RowContext(workspace, view, directory);
            foreach (var webhook in view.All<Webhook>())
            {
                rows.Offer(new(context, webhook, webhook.ProjectId is { } project ? view.Project(project) : null));
            }
        }
    }

    /// <summary>One webhook.</summary>
    internal async Task<WebhookRead> ReadAsync(HttpRequest req, int id, CancellationToken ct) => await MapAsync(req, await FindAsync(req.Actor(), id, ct), ct);

    /// <summary>Makes one; it hears of what happens from now on.</summary>
    internal async Task<WebhookRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var write = WebhookRules.Read(await Wire.FieldsAsync(req, partial: false, ct), null);
        var workspace = await TargetAsync(req, actor, write, ct);
        var now = time.GetUtcNow();
        var webhook = new Webhook
        {
            Id = await sequences.NextAsync(Webhook.Kind, 1, ct),
            Type = write.Type.Value!,
            ProjectId = write.ProjectId.Value,
            TargetUrl = write.TargetUrl.Value!,
            Description = write.Description.Or("")!,
            Events = [.. write.Events!.Distinct().Order(StringComparer.Ordinal)],
            IsActive = write.IsActive.Or(true),
            EnableSsl = write.EnableSsl.Or(true),
            OwnerId = actor.UserId,
            BaseUrl = req.BaseUrl(),
            CreatedDate = now,
            UpdatedDate = now,
        };
        await store.SetSecretAsync(webhook.Id, write.Secret.Value, ct);
        await store.SaveAsync(webhook.Id, pump.Beginning(), null, null, ct);
        await locators.AddAsync(workspace, Webhook.Kind, [webhook.Key], ct);
        await workspaces.CommitAsync(workspace, new ChangeSet(actor.UserId).Create(webhook), ct);
        return WebhookRead.Of(workspace, webhook, null, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Changes one, wholly (PUT) or in part (PATCH).</summary>
    internal async Task<WebhookRead> UpdateAsync(HttpRequest req, int id, bool isPartial, CancellationToken ct)
    {
        var found = await FindAsync(req.Actor(), id, ct);
        var write = WebhookRules.Read(await Wire.FieldsAsync(req, isPartial, ct), found.Webhook.Type);
        if (write.Secret.IsSet)
        {
            await store.SetSecretAsync(id, write.Secret.Value, ct);
        }

        var now = time.GetUtcNow();
        var changed = await workspaces.UpdateAsync<Webhook>(
            found.Workspace,
            found.Webhook.Key,
            req.Actor().UserId,
            old => old with
            {
                TargetUrl = write.TargetUrl.Or(old.TargetUrl)!,
                Description = write.Description.Or(old.Description)!,
                Events = write.Events is { } events ? [.. events.Distinct().Order(StringComparer.Ordinal)] : old.Events,
                IsActive = write.IsActive.Or(old.IsActive),
                EnableSsl = write.EnableSsl.Or(old.EnableSsl),
                UpdatedDate = now,
            },
            ct);
        return await MapAsync(req, found with { Webhook = changed ?? throw NotFound() }, ct);
    }

    /// <summary>Removes one with its deliveries.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await FindAsync(req.Actor(), id, ct);
        await removal.RunAsync(found.Workspace, id, req.Actor().UserId, ct);
    }

    /// <summary>Sends a <c>ping</c> at once.</summary>
    internal async Task<WebhookDeliveryRead> PingAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await FindAsync(req.Actor(), id, ct);
        var directory = await users.DirectoryAsync(req, ct);
        var body = new JsonObject
        {
            ["event"] = "ping",
            ["webhook"] = System.Text.Json.JsonSerializer.SerializeToNode(await MapAsync(req, found, ct), WireJson.Default.WebhookRead),
            ["sender"] = System.Text.Json.JsonSerializer.SerializeToNode(directory.Basic(req.Actor().UserId), WireJson.Default.BasicUserRead),
        };
        var delivery = await sender.SendAsync(found.Webhook, "ping", body.ToJsonString(), 1, "", isRedelivery: false, ct);
        await KeepAsync(delivery, ct);
        return WebhookDeliveryRead.Of(delivery);
    }

    /// <summary>Sends a stored body again at once.</summary>
    internal async Task RedeliverAsync(HttpRequest req, int id, int deliveryId, CancellationToken ct)
    {
        var found = await FindAsync(req.Actor(), id, ct);
        var stored = await store.DeliveryAsync(id, deliveryId, ct) ?? throw CvatException.NotFound("No WebhookDelivery matches the given query.");
        await KeepAsync(await sender.SendAsync(found.Webhook, stored.Event, stored.Request, 1, stored.ChangedFields, isRedelivery: true, ct), ct);
    }

    /// <summary>A page of deliveries, the newest first.</summary>
    internal async Task<Page<WebhookDeliveryRead>> DeliveriesAsync(HttpRequest req, int id, CancellationToken ct)
    {
        await FindAsync(req.Actor(), id, ct);
        var query = req.ListQuery(Pages);
        var total = (await store.StateAsync(id, ct))?.State.Deliveries ?? 0;
        var start = (query.Page - 1L) * query.PageSize;
        if (query.Page > 1 && start >= total)
        {
            throw ListQuery.InvalidPage();
        }

        var deliveries = await store.DeliveriesAsync(id, ct).Skip((int)start).Take(query.PageSize).Select(WebhookDeliveryRead.Of).ToListAsync(ct);
        return new(total, deliveries, query.Page, query.PageSize);
    }

    /// <summary>One delivery.</summary>
    internal async Task<WebhookDeliveryRead> DeliveryAsync(HttpRequest req, int id, int deliveryId, CancellationToken ct)
    {
        await FindAsync(req.Actor(), id, ct);
        return WebhookDeliveryRead.Of(await store.DeliveryAsync(id, deliveryId, ct) ?? throw CvatException.NotFound("No WebhookDelivery matches the given query."));
    }

    /// <summary>Deliveries have no fields to ask for, only pages.</summary>
    private static readonly FieldSet<WebhookDelivery> Pages = FieldSet.ById<WebhookDelivery>(delivery => delivery.Id);

    private static CvatException NotFound() => CvatException.NotFound("No Webhook matches the given query.");

    /// <summary>The workspace of a new webhook: its project's, the organization that the request names, or the server's own.</summary>
    private async Task<WorkspaceId> TargetAsync(HttpRequest req, Actor actor, WebhookWrite write, CancellationToken ct)
    {
        switch (write.Type.Value)
        {
            case "project":
                var id = write.ProjectId.Value ?? throw CvatException.Field("project_id", "This field is required for a project webhook.");
                var project = await access.FindProjectAsync(id, ct) ?? throw CvatException.Rule("Project matching query does not exist.");
                WebhookPolicy.Table.Check(actor, WebhookPolicy.CreateForProject, project.Facts);
                return project.Workspace;
            case "organization":
                if (write.ProjectId.Value is not null)
                {
                    throw CvatException.Field("project_id", "An organization webhook has no project.");
                }

                var scope = req.Scope();
                WebhookPolicy.Table.CheckNew(actor, WebhookPolicy.CreateForOrganization, scope);
                return scope.OrganizationId is { } organization
                    ? WorkspaceId.Organization(organization)
                    : throw CvatException.Field(FieldErrors.NonField, "An organization webhook needs the organization: name it by org, org_id or X-Organization.");
            default:
                WebhookPolicy.Table.Check(actor, WebhookPolicy.CreateForServer, default);
                return write.ProjectId.Value is null ? WorkspaceId.Server : throw CvatException.Field("project_id", "A webhook of the server has no project.");
        }
    }

    private async Task<FoundWebhook> FindAsync(Actor actor, int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        var found = await locators.FindAsync(Webhook.Kind, key, ct) is { } workspace
            ? await workspaces.ReadAsync(
                workspace,
                view => view.Find<Webhook>(key) is { } webhook
                    ? new FoundWebhook(workspace, webhook, webhook.ProjectId is { } project ? view.Project(project) : null, Members.Of(workspace, view))
                    : null,
                ct)
            : null;
        found = found ?? throw NotFound();
        WebhookPolicy.Table.Check(actor, WebhookPolicy.Use, found.Facts);
        return found;
    }

    private async Task<WebhookRead> MapAsync(HttpRequest req, FoundWebhook found, CancellationToken ct) =>
        WebhookRead.Of(found.Workspace, found.Webhook, (await store.StateAsync(found.Webhook.Id, ct))?.State, await users.DirectoryAsync(req, ct));

    /// <summary>Stores a delivery that somebody asked for; it does not touch the place in the log.</summary>
    private Task<bool> KeepAsync(WebhookDelivery delivery, CancellationToken ct) => ConflictRetry.RunAsync(async () =>
    {
        var (state, etag) = await store.StateAsync(delivery.WebhookId, ct) ?? throw NotFound();
        var kept = state with { Deliveries = state.Deliveries + 1, LastStatus = delivery.StatusCode, LastDeliveryDate = delivery.CreatedDate };
        await store.SaveAsync(delivery.WebhookId, kept, etag, delivery, ct);
        return true;
    });
}
