using System.Globalization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.ExportDataset;
using CvatServerless.Functions.Orchestrations.ExportEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Events;

/// <summary>Events that clients send, and their export. Source: contract-resources.md §6.</summary>
public sealed class EventService(
    EventLog log, WorkRequests requests, IWorkspaces workspaces, ILocators locators, IBlobStore blobs, CloudPlaces places, Lists lists, UserService users, TimeProvider time)
{
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(30);

    /// <summary>Stores events, their times shifted by what the client's clock is off, with the working time that they tell.</summary>
    internal async Task<IActionResult> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var (actor, scope, now) = (req.Actor(), req.Scope(), time.GetUtcNow());
        try
        {
            var write = EventRules.Read(await Wire.FieldsAsync(req, partial: false, ct));
            var user = (await users.DirectoryAsync(req, ct)).Find(actor.UserId);
            var workspace = scope.Target(actor);
            var slug = await SlugAsync(workspace, ct);
            var shift = now - write.Timestamp;
            var events = write.Events.Select(Stored).ToList();
            await log.AppendAsync(workspace, [.. events, .. WorkingTime.Derive(events, write.Previous is { } previous ? Stored(previous) : null)], ct);
            return Wire.Created(new EventsRead(events, write.Timestamp), WireJson.Default.EventsRead);

            EventRecord Stored(EventRecord record) => record with
            {
                Timestamp = Shifted(record.Timestamp, shift, now),
                Source = "client",
                UserId = actor.UserId,
                UserName = actor.Username,
                UserEmail = user?.Email,
                OrgId = workspace.OrganizationId,
                OrgSlug = slug,
            };
        }
        catch (EventScopeException e)
        {
            return Wire.Json(new() { [e.Field] = e.Message }, WireJson.Default.DictionaryStringString, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>Begins an export; returns its request.</summary>
    internal async Task<WorkRequest> StartAsync(HttpRequest req, DurableTaskClient client, CancellationToken ct)
    {
        var (actor, scope) = (req.Actor(), req.Scope());
        var storage = await places.TargetAsync(req, null, ct);
        var filter = await FilterAsync(req, actor, scope, ct);
        var id = $"action=export&target=events&id={Guid.NewGuid()}";
        var instance = requests.NewInstanceId(id);
        var request = new WorkRequest
        {
            Id = id,
            InstanceId = instance,
            Orchestrator = ExportEventsOrchestrator.Name,
            Action = "export",
            Target = "events",
            InputBlob = $"{ExportBlobs.Folder(instance)}filter.json",
            BaseUrl = req.BaseUrl(),
            OwnerId = actor.UserId,
            ResultFileName = DatasetNames.Asked(req.QueryText("filename"), storage),
            CloudStorageId = storage,
            CreatedDate = time.GetUtcNow(),
        };
        await requests.StartAsync(client, scope.Target(actor), request, filter, EventJson.Default.EventFilter, ct);
        return request;
    }

    /// <summary>The finished file.</summary>
    internal async Task<IActionResult> DownloadAsync(Actor actor, string? id, CancellationToken ct)
    {
        var work = await FindAsync(actor, id ?? throw CvatException.Rule("Missing request id in the query parameters"), ct);
        if (work is null)
        {
            return Wire.Text("Unknown export request id", StatusCodes.Status400BadRequest);
        }

        if (work.Status != "finished")
        {
            return Wire.Text("The export process is not finished", StatusCodes.Status400BadRequest);
        }

        return work.ResultBlob is { } name && await blobs.FindAsync(name, ct) is { } blob
            ? new BlobResult(blobs, blob, "text/csv") { FileName = work.ResultFileName }
            : throw CvatException.Text("The exported file has expired, please retry exporting", ErrorKind.NotFound);
    }

    /// <summary>An export of events of the actor's own, or null.</summary>
    internal async Task<WorkRequest?> FindAsync(Actor actor, string id, CancellationToken ct)
    {
        var key = WorkRequest.KeyOf(id);
        var workspace = key.Length <= 400 ? await locators.FindAsync(WorkRequest.Kind, key, ct) : null;
        var work = workspace is { } known ? (await workspaces.FindAsync<WorkRequest>(known, key, ct))?.Value : null;
        return work is { Action: "export", Target: "events" } && (work.OwnerId == actor.UserId || actor.IsAdmin) ? work : null;
    }

    /// <summary>The slug of an organization; null for a personal space.</summary>
    internal Task<string?> SlugAsync(WorkspaceId workspace, CancellationToken ct) => workspace.OrganizationId is { } id
        ? workspaces.ReadAsync(workspace, view => view.Find<Organization>(EntityKey.Of(id))?.Slug, ct)
        : Task.FromResult<string?>(null);

    private static DateTimeOffset Shifted(DateTimeOffset timestamp, TimeSpan shift, DateTimeOffset now)
    {
        var ticks = timestamp.UtcTicks + shift.Ticks;
        return ticks > 0 && ticks < DateTimeOffset.MaxValue.UtcTicks ? new(ticks, TimeSpan.Zero) : now;
    }

    /// <summary>Who may export whose events: managers their organization's, administrators all, everybody their own.</summary>
    private async Task<EventFilter> FilterAsync(HttpRequest req, Actor actor, WorkspaceScope scope, CancellationToken ct)
    {
        if (Privilege.Rank(actor) < Privilege.Worker)
        {
            throw CvatException.Forbidden();
        }

        var isFree = actor.IsAdmin || (scope.OrganizationId is not null && Grant.Managers.Fits(actor, scope.Members!));
        var user = Number(req, "user_id");
        if (!isFree && user is { } other && other != actor.UserId)
        {
            throw CvatException.Forbidden($"You don't have permission to view events with user id={other}");
        }

        var to = Date(req, "to") ?? time.GetUtcNow();
        var from = Date(req, "from") ?? to - DefaultWindow;
        if (from > to)
        {
            throw CvatException.Rule("'from' must be before than 'to'");
        }

        IReadOnlyList<WorkspaceId>? over = actor.IsAdmin && scope == WorkspaceScope.Everything ? null : await lists.WorkspacesAsync(actor, scope, ct);
        return new(
            from, to, over?.Select(workspace => workspace.Partition).ToList(), isFree ? user : actor.UserId, Number(req, "project_id"), Number(req, "task_id"), Number(req, "job_id"));
    }

    private static int? Number(HttpRequest req, string name) => req.QueryText(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw CvatException.Field(name, "A valid integer is required.");

    private static DateTimeOffset? Date(HttpRequest req, string name) => req.QueryText(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            && date > DateTimeOffset.UnixEpoch ? date
        : throw CvatException.Field(name, "Enter a valid date/time.");
}
