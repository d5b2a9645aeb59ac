using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Tasks;

/// <summary>
/// Deletes a task with its jobs, own labels, requests and blobs. First it is marked, which hides it at once; then its parts go, each step repeatable; its own
/// row goes last. Whoever finds a marked row goes on where a crash stopped it (<see cref="FinishAllAsync"/>).
/// </summary>
public sealed class DeleteTask(IWorkspaces workspaces, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Deletes a task; true where it was there.</summary>
    public async Task<bool> RunAsync(WorkspaceId workspace, int taskId, int? actorId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var key = EntityKey.Of(taskId);
        var marked = await workspaces.UpdateAsync<AnnotationTask>(
            workspace, key, actorId, task => task.IsDeleted ? task : task with { IsDeleted = true, UpdatedDate = now }, ct);
        if (marked is null)
        {
            return false;
        }

        if (marked.ProjectId is { } projectId)
        {
            await workspaces.UpdateAsync<Project>(workspace, EntityKey.Of(projectId), actorId, project => project with { UpdatedDate = now }, ct);
        }

        await FinishAsync(workspace, marked, actorId, ct);
        return true;
    }

    /// <summary>Removes what is left of every marked task of a workspace.</summary>
    public async Task FinishAllAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var marked = await workspaces.ReadAsync(workspace, view => view.All<AnnotationTask>().Where(task => task is { IsDeleted: true, MovesTo: null }).ToList(), ct);
        foreach (var task in marked)
        {
            await FinishAsync(workspace, task, null, ct);
        }
    }

    private async Task FinishAsync(WorkspaceId workspace, AnnotationTask task, int? actorId, CancellationToken ct)
    {
        var parts = await workspaces.ReadAsync(workspace, view => Parts(view, task), ct);
        foreach (var job in parts.Jobs)
        {
            await DeleteBlobsAsync($"jobs/{job.Id}/", ct);
            await DeleteBlobsAsync($"uploads/job-{job.Id}-", ct);
        }

        foreach (var request in parts.Requests)
        {
            await DeleteBlobsAsync($"exports/{request.InstanceId}/", ct);
            await DeleteBlobsAsync($"imports/{request.InstanceId}", ct);
        }

        await DeleteBlobsAsync($"export-parts/task-{task.Id}/", ct);
        await DeleteBlobsAsync($"uploads/task-{task.Id}-", ct);

        if (task.Data is { } data)
        {
            await DeleteBlobsAsync($"data/{data.DataId}/", ct);
        }

        await workspaces.DeleteAllAsync<WorkRequest>(workspace, actorId, parts.Requests.Select(request => request.Key), ct);
        await workspaces.DeleteAllAsync<Job>(workspace, actorId, parts.Jobs.Select(job => job.Key), ct);
        await workspaces.DeleteAllAsync<Label>(workspace, actorId, parts.Labels.Select(label => label.Key), ct);
        await workspaces.DeleteAllAsync<AnnotationTask>(workspace, actorId, [task.Key], ct);
    }

    private static (List<Job> Jobs, List<Label> Labels, List<WorkRequest> Requests) Parts(IWorkspaceView view, AnnotationTask task)
    {
        var jobs = view.JobsOf(task).ToList();
        var ids = jobs.Select(job => job.Id).ToHashSet();
        var requests = view.All<WorkRequest>().Where(request => request.TaskId == task.Id || (request.JobId is { } job && ids.Contains(job))).ToList();
        return (jobs, [.. view.Children<Label>(AnnotationTask.Kind, task.Key)], requests);
    }

    private async Task DeleteBlobsAsync(string prefix, CancellationToken ct)
    {
        await foreach (var blob in blobs.ListAsync(prefix, ct))
        {
            await blobs.DeleteAsync(blob.Name, ct);
        }
    }
}
