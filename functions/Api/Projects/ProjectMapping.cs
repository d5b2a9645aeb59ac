using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>Projects as clients see them.</summary>
internal static class ProjectMapping
{
    /// <summary>The whole project.</summary>
    public static ProjectRead ToRead(WorkspaceId workspace, IWorkspaceView view, Project project, UserDirectory users)
    {
        var tasks = view.TasksOf(project).ToList();
        return new()
        {
            Url = $"{users.BaseUrl}/api/projects/{project.Id}",
            Id = project.Id,
            Name = project.Name,
            Owner = users.Basic(project.OwnerId),
            Assignee = users.Basic(project.AssigneeId),
            AssigneeUpdatedDate = project.AssigneeUpdatedDate,
            GuideId = view.GuideOf(project)?.Id,
            BugTracker = project.BugTracker,
            TaskSubsets = [.. tasks.Select(task => task.Subset).Where(subset => subset.Length > 0).Distinct().Order(StringComparer.Ordinal)],
            CreatedDate = project.CreatedDate,
            UpdatedDate = view.UpdatedDate(project),
            Status = project.Status,
            Dimension = tasks.Count > 0 ? tasks[0].Data?.Dimension ?? "2d" : null,
            Organization = workspace.OrganizationId,
            OrganizationId = workspace.OrganizationId,
            SourceStorage = StorageRead.Of(project.SourceStorage),
            TargetStorage = StorageRead.Of(project.TargetStorage),
            Tasks = new(tasks.Count, $"{users.BaseUrl}/api/tasks?project_id={project.Id}"),
            Labels = new($"{users.BaseUrl}/api/labels?project_id={project.Id}"),
        };
    }
}
