using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.ExportDataset;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Timers;

/// <summary>
/// Once a minute: starts the work of requests that a crash left unscheduled, closes those whose work ended without a word, and removes expired ones with their
/// files. It reads the requests that were noted at their start, no workspace.
/// </summary>
public sealed class SweepRequests(
    IWorkspaces workspaces, Unfinished unfinished, ILocators locators, IBlobStore blobs, WorkRequests requests, TimeProvider time, ILogger<SweepRequests> logger)
{
    /// <summary>Younger requests are still on their way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Older ones only wait for their removal: once an hour is enough.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(6);

    /// <summary>Runs one sweep.</summary>
    [Function("sweep_requests")]
    public async Task Run([TimerTrigger("0 * * * * *", RunOnStartup = true)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var work in await unfinished.ListAsync(WorkRequests.Work, ct))
        {
            var note = RequestNote.Parse(work.Key);
            var age = now - note.CreatedDate;
            if (age > Grace && (age < Fresh || now.Minute == 0))
            {
                // It may have gone to another workspace with its task.
                await SweepAsync(client, await locators.FindAsync(WorkRequest.Kind, note.Key, ct) ?? work.Workspace, note, now, ct);
            }
        }
    }

    private async Task SweepAsync(DurableTaskClient client, WorkspaceId workspace, RequestNote note, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            var request = (await workspaces.FindAsync<WorkRequest>(workspace, note.Key, ct))?.Value;
            if (request?.InstanceId != note.InstanceId)
            {
                // It was removed or cancelled, or another attempt, which has a note of its own, took its place.
                await unfinished.EndAsync(WorkRequests.Work, note.ToString(), ct);
            }
            else if (request.IsActive)
            {
                await requests.EnsureScheduledAsync(client, workspace, request, ct);
            }
            else if (request.ExpiryDate < now)
            {
                await RemoveAsync(workspace, request, ct);
            }
        }
        catch (StoreConflictException)
        {
            // It moves: not one for this sweep.
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.LogError(e, "The request {Request} in {Workspace} could not be swept; the next sweep tries again.", note.Key, workspace);
        }
    }

    private async Task RemoveAsync(WorkspaceId workspace, WorkRequest request, CancellationToken ct)
    {
        if (request.Action == "export")
        {
            await blobs.DeleteFolderAsync(ExportBlobs.Folder(request.InstanceId), ct);
        }

        if (await workspaces.FindAsync<WorkRequest>(workspace, request.Key, ct) is { Value.IsActive: false } read && read.Value.InstanceId == request.InstanceId)
        {
            await workspaces.CommitAsync(workspace, new ChangeSet(null).Delete(read), ct);
        }
    }
}
