using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>
/// Requests and the orchestrations behind them. The row is written first, then the orchestration is scheduled; where a crash comes in between,
/// <see cref="EnsureScheduledAsync"/> (called by a timer) makes up for it, so that an accepted request is never lost.
/// </summary>
public sealed class WorkRequests(IWorkspaces workspaces, ILocators locators, IBlobStore blobs, Unfinished unfinished, TimeProvider time)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "request";

    /// <summary>How long a finished import or creation stays listed.</summary>
    public static readonly TimeSpan FinishedLifetime = TimeSpan.FromHours(1);

    /// <summary>How long an export can be downloaded.</summary>
    public static readonly TimeSpan ExportLifetime = TimeSpan.FromHours(24);

    /// <summary>How long a failed request stays listed.</summary>
    public static readonly TimeSpan FailedLifetime = TimeSpan.FromDays(30);

    /// <summary>The id of a new attempt, known before the request is: blobs of the attempt may be named after it.</summary>
    public string NewInstanceId(string requestId)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestId)).AsSpan(0, 8));
        return $"{hash}-{time.GetUtcNow().UtcTicks.ToString("x", CultureInfo.InvariantCulture)}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
    }

    /// <summary>
    /// Stores what the work needs (<see cref="WorkRequest.InputBlob"/>), accepts a request and schedules its work. False where the same one is queued or running:
    /// the caller answers 409, and the input is gone again.
    /// </summary>
    public async Task<bool> StartAsync<TInput>(
        DurableTaskClient client, WorkspaceId workspace, WorkRequest request, TInput input, JsonTypeInfo<TInput> json, CancellationToken ct)
    {
        var blob = request.InputBlob ?? throw new ArgumentException("The request names no blob for its input.", nameof(request));
        await blobs.WriteAsync(blob, (stream, token) => JsonSerializer.SerializeAsync(stream, input, json, token), BlobCondition.None, ct);
        if (await StartAsync(client, workspace, request, ct))
        {
            return true;
        }

        await blobs.DeleteAsync(blob, ct);
        return false;
    }

    /// <summary>Accepts a request and schedules its work. False where the same one is queued or running: the caller answers 409.</summary>
    public async Task<bool> StartAsync(DurableTaskClient client, WorkspaceId workspace, WorkRequest request, CancellationToken ct)
    {
        var existing = await workspaces.FindAsync<WorkRequest>(workspace, request.Key, ct);
        if (existing is { Value.IsActive: true })
        {
            return false;
        }

        await unfinished.BeginAsync(workspace, Work, RequestNote.Of(request).ToString(), ct);
        await locators.AddAsync(workspace, WorkRequest.Kind, [request.Key], ct);
        var changes = new ChangeSet(request.OwnerId);
        try
        {
            await workspaces.CommitAsync(workspace, existing is null ? changes.Create(request) : changes.Update(existing, request), ct);
        }
        catch (StoreConflictException)
        {
            return false;
        }

        if (existing?.Value is { ResultBlob: { } replaced } && replaced != request.ResultBlob)
        {
            await blobs.DeleteAsync(replaced, ct);
        }

        await ScheduleAsync(client, workspace, request, ct);
        return true;
    }

    /// <summary>Schedules what a crash left unscheduled, and closes rows whose orchestration has ended without closing them.</summary>
    public async Task EnsureScheduledAsync(DurableTaskClient client, WorkspaceId workspace, WorkRequest request, CancellationToken ct)
    {
        var instance = await client.GetInstanceAsync(request.InstanceId, ct);
        if (instance is null)
        {
            await ScheduleAsync(client, workspace, request, ct);
        }
        else if (instance.IsCompleted)
        {
            await FailAsync(new(workspace.Partition, request.Id, request.InstanceId), "The work ended unexpectedly. Please try again.", ct);
        }
    }

    /// <summary>The request of an attempt; null where another attempt has taken over or the request is closed.</summary>
    public async Task<Versioned<WorkRequest>?> FindAsync(WorkItem item, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<WorkRequest>(WorkspaceId.Parse(item.Workspace), WorkRequest.KeyOf(item.RequestId), ct);
        return read is { Value.IsActive: true } && read.Value.InstanceId == item.InstanceId ? read : null;
    }

    /// <summary>The request of an attempt in whatever state; null where another attempt has taken over or it is gone.</summary>
    public async Task<WorkRequest?> FindAnyAsync(WorkItem item, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<WorkRequest>(WorkspaceId.Parse(item.Workspace), WorkRequest.KeyOf(item.RequestId), ct);
        return read?.Value.InstanceId == item.InstanceId ? read.Value : null;
    }

    /// <summary>Marks that work has begun.</summary>
    public Task BeginAsync(WorkItem item, string message, CancellationToken ct) => UpdateAsync(
        item,
        request => request with { Status = "started", StartedDate = request.StartedDate ?? time.GetUtcNow(), Message = message, Progress = request.Progress ?? 0 },
        ct);

    /// <summary>Moves the progress by a share of the whole; best effort, without a change row. False where nobody waits for the work any more: it was cancelled.</summary>
    public async Task<bool> AdvanceAsync(WorkItem item, double share, string message, CancellationToken ct)
    {
        try
        {
            return await ConflictRetry.RunAsync(async () =>
            {
                if (await FindAsync(item, ct) is not { } read)
                {
                    return false;
                }

                var moved = read.Value with { Progress = Math.Min(0.99, (read.Value.Progress ?? 0) + share), Message = message };
                await workspaces.TouchAsync(WorkspaceId.Parse(item.Workspace), read, moved, ct);
                return true;
            });
        }
        catch (StoreConflictException)
        {
            // Others moved it every time: the bar is as good without this step.
            return true;
        }
    }

    /// <summary>Closes a request as failed; safe to repeat.</summary>
    public Task FailAsync(WorkItem item, string message, CancellationToken ct) => UpdateAsync(
        item,
        request => request with { Status = "failed", Message = message, FinishedDate = time.GetUtcNow(), ExpiryDate = time.GetUtcNow() + FailedLifetime },
        ct);

    /// <summary>Closes a request as finished; safe to repeat.</summary>
    public Task FinishAsync(WorkItem item, Func<WorkRequest, WorkRequest> result, CancellationToken ct) =>
        UpdateAsync(item, request => Finished(result(request)), ct);

    /// <summary>A finished request, for a caller that commits it with its other changes.</summary>
    public WorkRequest Finished(WorkRequest request) => request with
    {
        Status = "finished",
        Message = "",
        Progress = 1,
        FinishedDate = time.GetUtcNow(),
        ExpiryDate = time.GetUtcNow() + (request.Action == "export" ? ExportLifetime : FinishedLifetime),
    };

    private static Task ScheduleAsync(DurableTaskClient client, WorkspaceId workspace, WorkRequest request, CancellationToken ct) =>
        client.StartOnceAsync(request.Orchestrator, request.InstanceId, new WorkItem(workspace.Partition, request.Id, request.InstanceId), ct);

    private Task UpdateAsync(WorkItem item, Func<WorkRequest, WorkRequest> change, CancellationToken ct) => ConflictRetry.RunAsync(async () =>
    {
        if (await FindAsync(item, ct) is { } read)
        {
            await workspaces.CommitAsync(WorkspaceId.Parse(item.Workspace), new ChangeSet(null).Update(read, change(read.Value)), ct);
        }

        return true;
    });
}
