using System.Collections.Concurrent;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>A job in a list. What filters touch most lies in the row itself: following references over a large list costs more than comparing.</summary>
internal sealed class JobRow(WorkspaceId workspace, Job job, AnnotationTask task, Project? project, string? assigneeName, DateTimeOffset updatedDate) : IListRow
{
    public WorkspaceId Workspace => workspace;

    public Job Job => job;

    public AnnotationTask Task => task;

    public Project? Project => project;

    public string? AssigneeName => assigneeName;

    public DateTimeOffset UpdatedDate => updatedDate;

    public int Id { get; } = job.Id;

    public int? AssigneeId { get; } = job.AssigneeId;

    public string State { get; } = job.State;

    public string Stage { get; } = job.Stage;

    public string Type { get; } = job.Type;
}

/// <summary>The rows of workspaces, ordered by id, kept while nothing that they show has changed.</summary>
public sealed class JobRows
{
    /// <summary>Rows kept over all workspaces, about 150 bytes each.</summary>
    private const int MaxRows = 400_000;

    private readonly ConcurrentDictionary<WorkspaceId, Cached> _cache = [];

    /// <summary>A workspace's rows; to be called while it is read.</summary>
    internal JobRow[] Of(WorkspaceId workspace, IWorkspaceView view, UserDirectory users)
    {
        var key = new Key(view.Version<Job>(), view.Version<AnnotationTask>(), view.Version<Project>(), users.All);
        if (_cache.TryGetValue(workspace, out var cached) && cached.Key == key)
        {
            return cached.Rows;
        }

        var rows = Build(workspace, view, users);
        if (_cache.Sum(entry => entry.Value.Rows.Length) + rows.Length > MaxRows)
        {
            _cache.Clear();
        }

        _cache[workspace] = new(key, rows);
        return rows;
    }

    private static JobRow[] Build(WorkspaceId workspace, IWorkspaceView view, UserDirectory users)
    {
        var tasks = Tasks(view);
        var rows = new List<JobRow>(view.All<Job>().Count);
        foreach (var job in view.All<Job>())
        {
            if (tasks.TryGetValue(job.TaskId, out var parent))
            {
                rows.Add(new(workspace, job, parent.Task, parent.Project, users.Name(job.AssigneeId), view.UpdatedDate(job, parent.Task, parent.Project)));
            }
        }

        rows.Sort((one, other) => one.Id.CompareTo(other.Id));
        return [.. rows];
    }

    /// <summary>The tasks that can be seen, with their projects.</summary>
    private static Dictionary<int, (AnnotationTask Task, Project? Project)> Tasks(IWorkspaceView view)
    {
        var projects = view.All<Project>().Where(project => !project.IsDeleted).ToDictionary(project => project.Id);
        var tasks = new Dictionary<int, (AnnotationTask Task, Project? Project)>();
        foreach (var task in view.All<AnnotationTask>())
        {
            var project = task.ProjectId is { } id ? projects.GetValueOrDefault(id) : null;
            if (!task.IsDeleted && (task.ProjectId is null || project is not null))
            {
                tasks[task.Id] = (task, project);
            }
        }

        return tasks;
    }

    private sealed record Cached(Key Key, JobRow[] Rows);

    private readonly record struct Key(long Jobs, long Tasks, long Projects, IReadOnlyList<User> Users);
}
