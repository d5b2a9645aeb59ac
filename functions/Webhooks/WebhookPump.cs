using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Webhooks;

/// <summary>
/// Tells a webhook what has happened, from the change log: whatever was committed is told, in order, at least once. The place in the log moves in the transaction that
/// stores the delivery, so a crash repeats at most the one that was under way.
/// </summary>
public sealed class WebhookPump(
    IWorkspaces workspaces, IChangeHistory history, IWebhookStore store, WebhookSender sender, WebhookRemoval removal, TalkProjects talks, IAccounts accounts, IMailer mailer, ServerOptions options,
    TimeProvider time, ILogger<WebhookPump> logger)
{
    /// <summary>Deliveries of one call at most, and its time: well below what an activity may take.</summary>
    private const int MaxDeliveries = 200;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(60);

    /// <summary>Added to the log's overlap: a commit that is older than both is in its place.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(7)];
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    /// <summary>The place from which a new webhook hears: now.</summary>
    public WebhookState Beginning() => new() { Position = history.PositionAt(time.GetUtcNow()) };

    /// <summary>Whether there may be something to tell at the moment.</summary>
    public async Task<bool> IsDueAsync(WorkspaceId workspace, int webhookId, CancellationToken ct)
    {
        if (await store.StateAsync(webhookId, ct) is not { State: var state } || state.NotBefore > time.GetUtcNow())
        {
            return false;
        }

        if (state.RetryOf is not null || state.Told >= 0)
        {
            return true;
        }

        await foreach (var entry in workspaces.ChangesAsync(workspace, state.Position, ct))
        {
            return IsSettled(entry);
        }

        return false;
    }

    /// <summary>Tells what is to be told; true where there is more.</summary>
    public async Task<bool> RunAsync(WorkspaceId workspace, int webhookId, CancellationToken ct)
    {
        var found = await workspaces.FindAsync<Webhook>(workspace, EntityKey.Of(webhookId), ct);
        if (found is null || await store.StateAsync(webhookId, ct) is not { } progress)
        {
            return false;
        }

        var run = new Run(workspace, found.Value, progress.State, progress.ETag, time.GetTimestamp());
        if (run.State.RetryOf is { } failed && !await RetryAsync(run, failed, ct))
        {
            return false;
        }

        var isAtEnd = true;
        await foreach (var entry in workspaces.ChangesAsync(workspace, run.State.Told < 0 ? run.State.Position : history.PositionBefore(run.State.Position), ct))
        {
            if (!IsSettled(entry))
            {
                isAtEnd = false;
                break;
            }

            if (!await TellAsync(run, entry, ct))
            {
                return run.State.NotBefore is null;
            }
        }

        if (run.State != progress.State)
        {
            await SaveAsync(run, null, ct);
        }

        if (isAtEnd)
        {
            await RemoveIfOrphanedAsync(run, ct);
        }

        return false;
    }

    private bool IsSettled(ChangeEntry entry) => entry.At <= time.GetUtcNow() - history.Overlap - Settling;

    /// <summary>Tells the events of one change; false where it must be gone on with later.</summary>
    private async Task<bool> TellAsync(Run run, ChangeEntry entry, CancellationToken ct)
    {
        var directory = new UserDirectory(await accounts.AllAsync(ct), options.PublicUrl ?? run.Webhook.BaseUrl);
        var talk = await talks.ProjectsAsync(run.Workspace, entry, ct);
        var events = !run.Webhook.IsActive ? [] : await workspaces.ReadAsync(
            run.Workspace, view => new WebhookEventReader(run.Workspace, view, run.Webhook, directory, talk, time.GetUtcNow()).Read(entry).ToList(), ct);
        var told = run.State.Position == entry.Position ? Math.Max(run.State.Told, 0) : 0;
        for (; told < events.Count; told++)
        {
            if (run.Deliveries++ >= MaxDeliveries || time.GetElapsedTime(run.Started) > MaxTime)
            {
                return false;
            }

            var next = events[told];
            var delivery = await sender.SendAsync(run.Webhook, next.Event, next.Body.ToJsonString(), 1, next.ChangedFields, false, ct);
            if (!await RecordAsync(run, delivery, run.State with { Position = entry.Position, Told = told }, ct))
            {
                return false;
            }
        }

        run.State = run.State with { Position = entry.Position, Told = -1 };
        return true;
    }

    private async Task<bool> RetryAsync(Run run, int failedId, CancellationToken ct)
    {
        var failed = await store.DeliveryAsync(run.Webhook.Id, failedId, ct);
        if (failed is null || !run.Webhook.IsActive)
        {
            run.State = run.State with { RetryOf = null, Failures = 0, NotBefore = null, Told = run.State.Told + 1 };
            return true;
        }

        var delivery = await sender.SendAsync(run.Webhook, failed.Event, failed.Request, failed.Attempt + 1, failed.ChangedFields, false, ct);
        return await RecordAsync(run, delivery, run.State, ct);
    }

    /// <summary>Stores an attempt at the event number <see cref="WebhookState.Told"/>; false where it is to be repeated later.</summary>
    private async Task<bool> RecordAsync(Run run, WebhookDelivery delivery, WebhookState at, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var isOver = delivery.IsSuccess || !delivery.IsWorthRetrying || at.Failures >= Pauses.Length;
        run.State = at with
        {
            Told = isOver ? at.Told + 1 : at.Told,
            Failures = isOver ? 0 : at.Failures + 1,
            RetryOf = isOver ? null : delivery.Id,
            NotBefore = isOver ? null : now + Pauses[at.Failures],
            FailingSince = delivery.IsSuccess ? null : at.FailingSince ?? now,
            Deliveries = at.Deliveries + 1,
            LastStatus = delivery.StatusCode,
            LastDeliveryDate = delivery.CreatedDate,
        };
        await SaveAsync(run, delivery, ct);
        if (isOver && run.State.FailingSince is { } since && now - since > GiveUpAfter)
        {
            await SwitchOffAsync(run, ct);
        }

        return isOver;
    }

    /// <summary>
    /// Stores the place and a delivery. Nobody else moves the place, but a ping or a redelivery counts in the same row: what was sent must not be sent again because of that.
    /// </summary>
    private Task<bool> SaveAsync(Run run, WebhookDelivery? delivery, CancellationToken ct) => ConflictRetry.RunAsync(async () =>
    {
        try
        {
            run.ETag = await store.SaveAsync(run.Webhook.Id, run.State, run.ETag, delivery, ct);
            return true;
        }
        catch (StoreConflictException)
        {
            var (state, etag) = await store.StateAsync(run.Webhook.Id, ct) ?? throw new InvalidOperationException("The webhook was removed meanwhile.");
            run.ETag = etag;
            run.State = run.State with { Deliveries = state.Deliveries + (delivery is null ? 0 : 1) };
            throw;
        }
    });

    private async Task SwitchOffAsync(Run run, CancellationToken ct)
    {
        run.Webhook = await workspaces.UpdateAsync<Webhook>(run.Workspace, run.Webhook.Key, null, webhook => webhook with { IsActive = false, UpdatedDate = time.GetUtcNow() }, ct)
            ?? run.Webhook;
        logger.LogWarning("The webhook {Webhook} has failed for a day and was switched off.", run.Webhook.Id);
        if (run.Webhook.OwnerId is { } owner && await accounts.FindAsync(owner, ct) is { Email.Length: > 0 } user)
        {
            var text = $"The webhook {run.Webhook.Id} ({run.Webhook.Description}) has not reached {run.Webhook.TargetUrl} for a day, so it was switched off. Switch it on again once the receiver answers.";
            await mailer.SendAsync(new(user.Email, "A webhook was switched off", text), ct);
        }
    }

    /// <summary>A webhook outlives its project or organization only to tell of its end.</summary>
    private async Task RemoveIfOrphanedAsync(Run run, CancellationToken ct)
    {
        var isOrphaned = run.Workspace != WorkspaceId.Server && await workspaces.ReadAsync(
            run.Workspace,
            view => run.Webhook.ProjectId is { } project ? view.Find<Project>(EntityKey.Of(project)) is null
                : view.Find<Domain.Organizations.Organization>(EntityKey.Of(run.Workspace.OwnerId)) is null or { IsDeleted: true },
            ct);
        if (isOrphaned)
        {
            await removal.RunAsync(run.Workspace, run.Webhook.Id, null, ct);
        }
    }

    private sealed class Run(WorkspaceId workspace, Webhook webhook, WebhookState state, string etag, long started)
    {
        public WorkspaceId Workspace => workspace;

        public Webhook Webhook { get; set; } = webhook;

        public WebhookState State { get; set; } = state;

        public string ETag { get; set; } = etag;

        public long Started => started;

        public int Deliveries { get; set; }
    }
}

/// <summary>Removes webhooks with all that is kept of them.</summary>
public sealed class WebhookRemoval(IWorkspaces workspaces, ILocators locators, IWebhookStore store)
{
    /// <summary>Removes one; safe to repeat.</summary>
    public async Task RunAsync(WorkspaceId workspace, int webhookId, int? actorId, CancellationToken ct)
    {
        await workspaces.DeleteAllAsync<Webhook>(workspace, actorId, [EntityKey.Of(webhookId)], ct);
        await store.RemoveAsync(webhookId, ct);
        await locators.SetAsync(Webhook.Kind, EntityKey.Of(webhookId), null, ct);
    }
}
