using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Tasks;

/// <summary>
/// Deletes a task with its jobs, their issues, own labels, guide, requests and blobs. First it is marked, which hides it at once; then its parts go, each step
/// repeatable; its own row goes last. Whoever finds a marked row goes on where a crash stopped it (<see cref="ResumeAsync"/>).
/// </summary>
public sealed class DeleteTask(IWorkspaces workspaces, IBlobStore blobs, DeleteIssues deleteIssues, DeleteGuides deleteGuides, Unfinished unfinished, TimeProvider time)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "delete-task";

    /// <summary>Deletes a task; true where it was there.</summary>
    public async Task<bool> RunAsync(WorkspaceId workspace, int taskId, int? actorId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var key = EntityKey.Of(taskId);
        await unfinished.BeginAsync(workspace, Work, key, ct);
        var marked = await workspaces.UpdateAsync<AnnotationTask>(
            workspace, key, actorId, task => task.IsDeleted ? task : task with { IsDeleted = true, UpdatedDate = now }, ct);
        if (marked is null)
        {
            await unfinished.EndAsync(Work, key, ct);
            return false;
        }

        if (marked.ProjectId is { } projectId)
        {
            await workspaces.UpdateAsync<Project>(workspace, EntityKey.Of(projectId), actorId, project => project with { UpdatedDate = now }, ct);
        }

        await FinishAsync(workspace, marked, actorId, ct);
        return true;
    }

    /// <summary>Removes what is left of a marked task.</summary>
    public async Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct)
    {
        var found = await workspaces.FindAsync<AnnotationTask>(workspace, key, ct);
        if (found is { Value: { IsDeleted: true, MovesTo: null } })
        {
            await FinishAsync(workspace, found.Value, null, ct);
        }
        else if (found is null)
        {
            await unfinished.EndAsync(Work, key, ct);
        }
    }

    private async Task FinishAsync(WorkspaceId workspace, AnnotationTask task, int? actorId, CancellationToken ct)
    {
        var parts = await workspaces.ReadAsync(workspace, view => Parts(view, task), ct);
        foreach (var job in parts.Jobs)
        {
            await blobs.DeleteFolderAsync($"jobs/{job.Id}/", ct);
            await blobs.DeleteFolderAsync($"uploads/job-{job.Id}-", ct);
        }

        foreach (var request in parts.Requests)
        {
            await blobs.DeleteFolderAsync($"exports/{request.InstanceId}/", ct);
            await blobs.DeleteFolderAsync($"imports/{request.InstanceId}", ct);
            await blobs.DeleteFolderAsync($"merges/{request.InstanceId}", ct);
        }

        await blobs.DeleteFolderAsync($"export-parts/task-{task.Id}/", ct);
        await blobs.DeleteFolderAsync($"uploads/task-{task.Id}-", ct);

        if (task.Data is { } data)
        {
            foreach (var dataId in data.DataIds())
            {
                await blobs.DeleteFolderAsync($"data/{dataId}/", ct);
                await blobs.DeleteFolderAsync($"redrawn/{dataId}/", ct);
                await blobs.DeleteFolderAsync($"cache/{dataId}/", ct);
            }
        }

        await workspaces.DeleteAllAsync<WorkRequest>(workspace, actorId, parts.Requests.Select(request => request.Key), ct);
        await deleteIssues.OfJobsAsync(workspace, parts.Jobs.Select(job => job.Key), actorId, ct);
        await deleteGuides.OfTargetAsync(workspace, AnnotationTask.Kind, task.Key, actorId, ct);
        await workspaces.DeleteAllAsync<Job>(workspace, actorId, parts.Jobs.Select(job => job.Key), ct);
        await workspaces.DeleteAllAsync<Label>(workspace, actorId, parts.Labels.Select(label => label.Key), ct);
        await workspaces.DeleteAllAsync<QualityRequirement>(workspace, actorId, parts.Requirements, ct);
        await workspaces.DeleteAllAsync<QualitySettings>(workspace, actorId, [QualitySettings.Of(task).Key], ct);
        await workspaces.DeleteAllAsync<ConsensusSettings>(workspace, actorId, [ConsensusSettings.Of(task).Key], ct);
        await workspaces.DeleteAllAsync<AnnotationTask>(workspace, actorId, [task.Key], ct);
        await unfinished.EndAsync(Work, task.Key, ct);
    }

    private static (List<Job> Jobs, List<Label> Labels, List<WorkRequest> Requests, List<string> Requirements) Parts(IWorkspaceView view, AnnotationTask task)
    {
        var jobs = view.StoredJobsOf(task).ToList();
        var ids = jobs.Select(job => job.Id).ToHashSet();
        var requests = view.All<WorkRequest>().Where(request => request.TaskId == task.Id || (request.JobId is { } job && ids.Contains(job))).ToList();
        var requirements = view.Children<QualityRequirement>(AnnotationTask.Kind, task.Key).Select(requirement => requirement.Key).ToList();
        return (jobs, [.. view.Children<Label>(AnnotationTask.Kind, task.Key)], requests, requirements);
    }
}
