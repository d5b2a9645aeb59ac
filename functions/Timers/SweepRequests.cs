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
/// files.
/// </summary>
public sealed class SweepRequests(IWorkspaces workspaces, ILocators locators, IBlobStore blobs, WorkRequests requests, TimeProvider time, ILogger<SweepRequests> logger)
{
    /// <summary>Younger requests are still on their way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Runs one sweep.</summary>
    [Function("sweep_requests")]
    public async Task Run([TimerTrigger("0 * * * * *", RunOnStartup = true)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var workspace in await locators.AllAsync(ct))
        {
            var due = await workspaces.ReadAsync(
                workspace,
                view => view.All<WorkRequest>().Where(request => request.IsActive ? now - request.CreatedDate > Grace : request.ExpiryDate < now).ToList(),
                ct);
            foreach (var request in due)
            {
                await SweepAsync(client, workspace, request, ct);
            }
        }
    }

    private async Task SweepAsync(DurableTaskClient client, WorkspaceId workspace, WorkRequest request, CancellationToken ct)
    {
        try
        {
            await (request.IsActive ? requests.EnsureScheduledAsync(client, workspace, request, ct) : RemoveAsync(workspace, request, ct));
        }
        catch (StoreConflictException)
        {
            // It moves: not one for this sweep.
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.LogError(e, "The request {Request} in {Workspace} could not be swept; the next sweep tries again.", request.Id, workspace);
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
