using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>A project, where it lives.</summary>
public sealed record FoundProject(WorkspaceId Workspace, Project Project)
{
    /// <summary>Its people.</summary>
    public StaffFacts Facts => ProjectPolicy.Facts(Project) with { Members = Members };

    /// <summary>The members of the workspace.</summary>
    public required Members Members { get; init; }
}

/// <summary>A task with its project, where they live.</summary>
public sealed record FoundTask(WorkspaceId Workspace, AnnotationTask Task, Project? Project)
{
    /// <summary>Its people.</summary>
    public StaffFacts Facts => TaskPolicy.Facts(Task, Project) with { Members = Members };

    /// <summary>The members of the workspace.</summary>
    public required Members Members { get; init; }
}

/// <summary>A job with its task and project, where they live.</summary>
public sealed record FoundJob(WorkspaceId Workspace, Job Job, AnnotationTask Task, Project? Project)
{
    /// <summary>Its people.</summary>
    public StaffFacts Facts => JobPolicy.Facts(Job, Task, Project) with { Members = Members };

    /// <summary>The members of the workspace.</summary>
    public required Members Members { get; init; }
}

/// <summary>Finds an object by id and checks the actor's right to it, in the contract's order: 404 before 403.</summary>
public sealed partial class Access(IWorkspaces workspaces, ILocators locators)
{
    /// <summary>A project.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="id">Its id.</param>
    /// <param name="action">A constant of <see cref="ProjectPolicy"/>; null: no check yet.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">404 or 403.</exception>
    public async Task<FoundProject> ProjectAsync(Actor actor, int id, string? action, CancellationToken ct)
    {
        var found = await FindProjectAsync(id, ct) ?? throw CvatException.NotFound("No Project matches the given query.");
        Check(ProjectPolicy.Table, actor, action, found.Facts);
        return found;
    }

    /// <summary>A task; <paramref name="action"/> is a constant of <see cref="TaskPolicy"/>.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    public async Task<FoundTask> TaskAsync(Actor actor, int id, string? action, CancellationToken ct)
    {
        var found = await FindTaskAsync(id, ct) ?? throw CvatException.NotFound("No Task matches the given query.");
        Check(TaskPolicy.Table, actor, action, found.Facts);
        return found;
    }

    /// <summary>A job; <paramref name="action"/> is a constant of <see cref="JobPolicy"/>.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    public async Task<FoundJob> JobAsync(Actor actor, int id, string? action, CancellationToken ct)
    {
        var found = await FindJobAsync(id, ct) ?? throw CvatException.NotFound("No Job matches the given query.");
        Check(JobPolicy.Table, actor, action, found.Facts);
        return found;
    }

    /// <summary>A project without any check, or null.</summary>
    public Task<FoundProject?> FindProjectAsync(int id, CancellationToken ct) => FindAsync(Project.Kind, EntityKey.Of(id), (workspace, view) => FindProject(workspace, view, id), ct);

    /// <summary>A task without any check, or null.</summary>
    public Task<FoundTask?> FindTaskAsync(int id, CancellationToken ct) =>
        FindAsync(AnnotationTask.Kind, EntityKey.Of(id), (workspace, view) => FindTask(workspace, view, id), ct);

    /// <summary>A job without any check, or null.</summary>
    public Task<FoundJob?> FindJobAsync(int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        return FindAsync(Job.Kind, key, (workspace, view) => FindJob(workspace, view, key), ct);
    }

    private Task<T?> FindAsync<T>(string kind, string key, Func<WorkspaceId, IWorkspaceView, T?> find, CancellationToken ct)
        where T : class => locators.ReadAsync(kind, key, workspace => workspaces.ReadAsync(workspace, view => find(workspace, view), ct), ct);

    private static FoundProject? FindProject(WorkspaceId workspace, IWorkspaceView view, int id) =>
        view.Project(id) is { } project ? new FoundProject(workspace, project) { Members = Members.Of(workspace, view) } : null;

    private static FoundTask? FindTask(WorkspaceId workspace, IWorkspaceView view, int id) =>
        view.Task(id) is { } task ? new FoundTask(workspace, task, view.ProjectOf(task)) { Members = Members.Of(workspace, view) } : null;

    private static FoundJob? FindJob(WorkspaceId workspace, IWorkspaceView view, string key) =>
        view.Find<Job>(key) is { } job && view.Task(job.TaskId) is { } task && job.IsPartOf(task)
            ? new FoundJob(workspace, job, task, view.ProjectOf(task)) { Members = Members.Of(workspace, view) }
            : null;

    private static void Check(PolicyTable table, Actor actor, string? action, StaffFacts facts)
    {
        if (action is not null)
        {
            table.Check(actor, action, facts);
        }
    }
}
