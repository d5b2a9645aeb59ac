using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Jobs;

/// <summary>Deletes a single job with its issues, comments and annotations; noted as unfinished, so that a crash in its middle leaves nothing.</summary>
public sealed class DeleteJob(IWorkspaces workspaces, IBlobStore blobs, DeleteIssues deleteIssues, Unfinished unfinished)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "delete-job";

    /// <summary>Deletes it.</summary>
    public async Task RunAsync(WorkspaceId workspace, string key, int? actorId, CancellationToken ct)
    {
        await unfinished.BeginAsync(workspace, Work, key, ct);
        await workspaces.DeleteAllAsync<Job>(workspace, actorId, [key], ct);
        await deleteIssues.OfJobsAsync(workspace, [key], actorId, ct);
        await blobs.DeleteFolderAsync($"jobs/{int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)}/", ct);
        await unfinished.EndAsync(Work, key, ct);
    }

    /// <summary>Finishes what has begun: from its note on, the deletion was decided.</summary>
    public Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct) => RunAsync(workspace, key, null, ct);
}
