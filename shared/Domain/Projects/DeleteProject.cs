using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Projects;

/// <summary>Deletes a project with its tasks, in the manner of <see cref="DeleteTask"/>.</summary>
public sealed class DeleteProject(IWorkspaces workspaces, DeleteTask deleteTask, DeleteGuides deleteGuides, Unfinished unfinished, TimeProvider time)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "delete-project";

    /// <summary>Deletes a project; true where it was there.</summary>
    public async Task<bool> RunAsync(WorkspaceId workspace, int projectId, int? actorId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var key = EntityKey.Of(projectId);
        await unfinished.BeginAsync(workspace, Work, key, ct);
        var marked = await workspaces.UpdateAsync<Project>(
            workspace, key, actorId, project => project.IsDeleted ? project : project with { IsDeleted = true, UpdatedDate = now }, ct);
        if (marked is null)
        {
            await unfinished.EndAsync(Work, key, ct);
            return false;
        }

        await FinishAsync(workspace, marked, actorId, ct);
        return true;
    }

    /// <summary>Removes what is left of a marked project.</summary>
    public async Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct)
    {
        var found = await workspaces.FindAsync<Project>(workspace, key, ct);
        if (found is { Value: { IsDeleted: true, MovesTo: null } })
        {
            await FinishAsync(workspace, found.Value, null, ct);
        }
        else if (found is null)
        {
            await unfinished.EndAsync(Work, key, ct);
        }
    }

    private async Task FinishAsync(WorkspaceId workspace, Project project, int? actorId, CancellationToken ct)
    {
        var parts = await workspaces.ReadAsync(
            workspace,
            view => (
                Tasks: view.Children<AnnotationTask>(Project.Kind, project.Key).Select(task => task.Id).ToList(),
                Requirements: view.Children<QualityRequirement>(Project.Kind, project.Key).Select(requirement => requirement.Key).ToList(),
                Labels: view.LabelsOfProject(project.Id).Select(label => label.Key).ToList(),
                Requests: view.All<WorkRequest>().Where(request => request.ProjectId == project.Id).Select(request => request.Key).ToList()),
            ct);
        foreach (var task in parts.Tasks)
        {
            await deleteTask.RunAsync(workspace, task, actorId, ct);
        }

        await deleteGuides.OfTargetAsync(workspace, Project.Kind, project.Key, actorId, ct);
        await workspaces.DeleteAllAsync<WorkRequest>(workspace, actorId, parts.Requests, ct);
        await workspaces.DeleteAllAsync<Label>(workspace, actorId, parts.Labels, ct);
        await workspaces.DeleteAllAsync<QualityRequirement>(workspace, actorId, parts.Requirements, ct);
        await workspaces.DeleteAllAsync<QualitySettings>(workspace, actorId, [QualitySettings.Of(project).Key], ct);
        await workspaces.DeleteAllAsync<Project>(workspace, actorId, [project.Key], ct);
        await unfinished.EndAsync(Work, project.Key, ct);
    }
}
