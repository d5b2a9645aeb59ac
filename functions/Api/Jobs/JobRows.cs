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

    /// <summary>More changed rows than this are not worth following one by one.</summary>
    private const int MaxFollowed = 2_000;

    private readonly ConcurrentDictionary<WorkspaceId, Cached> _cache = [];

    /// <summary>What the rows are made of, users apart.</summary>
    internal static ListVersions Versions(IWorkspaceView view) => new(view.Version<Job>(), view.Version<AnnotationTask>(), view.Version<Project>());

    /// <summary>A workspace's rows; to be called while it is read. After a few changes only the rows that they touch are made anew.</summary>
    internal JobRow[] Of(WorkspaceId workspace, IWorkspaceView view, UserDirectory users)
    {
        var key = new Key(Versions(view), users.All);
        _cache.TryGetValue(workspace, out var cached);
        if (cached?.Key == key)
        {
            return cached.Rows;
        }

        var rows = (cached is null ? null : Follow(cached, workspace, view, users)) ?? Build(workspace, view, users);
        if (cached is null && _cache.Sum(entry => entry.Value.Rows.Length) + rows.Length > MaxRows)
        {
            _cache.Clear();
        }

        _cache[workspace] = new(key, rows);
        return rows;
    }

    /// <summary>The rows after the changes since they were made; null where too much has changed.</summary>
    private static JobRow[]? Follow(Cached cached, WorkspaceId workspace, IWorkspaceView view, UserDirectory users)
    {
        if (!ReferenceEquals(cached.Key.Users, users.All)
            || view.ChangedSince<Project>(cached.Key.Versions.Third)?.All(change => change.IsOnlyMoved) != true
            || view.ChangedSince<AnnotationTask>(cached.Key.Versions.Second) is not { } tasks
            || view.ChangedSince<Job>(cached.Key.Versions.First) is not { } jobs)
        {
            return null;
        }

        var changed = jobs.Select(change => change.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var task in tasks.Where(change => !change.IsOnlyMoved))
        {
            changed.UnionWith(view.Children<Job>(AnnotationTask.Kind, task.Key).Select(job => job.Key));
        }

        return changed.Count > MaxFollowed ? null : Replace(cached.Rows, changed.Select(int.Parse).ToHashSet(), id => Row(workspace, view, users, id));
    }

    /// <summary>A copy, ordered by id, in which the given ids have the rows that are made of them, or none.</summary>
    private static JobRow[] Replace(JobRow[] rows, HashSet<int> ids, Func<int, JobRow?> make)
    {
        var made = new Queue<JobRow>(ids.Order().Select(make).OfType<JobRow>());
        var result = new List<JobRow>(rows.Length + made.Count);
        foreach (var row in rows)
        {
            while (made.TryPeek(out var next) && next.Id < row.Id)
            {
                result.Add(made.Dequeue());
            }

            if (!ids.Contains(row.Id))
            {
                result.Add(row);
            }
        }

        result.AddRange(made);
        return [.. result];
    }

    private static JobRow? Row(WorkspaceId workspace, IWorkspaceView view, UserDirectory users, int id) =>
        view.Find<Job>(EntityKey.Of(id)) is { } job && view.Task(job.TaskId) is { } task && job.IsPartOf(task) ? Row(workspace, view, users, job, task, view.ProjectOf(task)) : null;

    private static JobRow Row(WorkspaceId workspace, IWorkspaceView view, UserDirectory users, Job job, AnnotationTask task, Project? project) =>
        new(workspace, job, task, project, users.Name(job.AssigneeId), view.UpdatedDate(job, task, project));

    private static JobRow[] Build(WorkspaceId workspace, IWorkspaceView view, UserDirectory users)
    {
        var tasks = Tasks(view);
        var rows = new List<JobRow>(view.All<Job>().Count);
        foreach (var job in view.All<Job>())
        {
            if (tasks.TryGetValue(job.TaskId, out var parent) && job.IsPartOf(parent.Task))
            {
                rows.Add(Row(workspace, view, users, job, parent.Task, parent.Project));
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

    private readonly record struct Key(ListVersions Versions, IReadOnlyList<User> Users);
}
