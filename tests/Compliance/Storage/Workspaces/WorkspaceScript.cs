using CsCheck;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

/// <summary>One step of a random script: what to do, and numbers that choose with what.</summary>
public sealed record Step(int Kind, int A, int B)
{
    /// <summary>Scripts for two to four writers.</summary>
    public static readonly Gen<Step[][]> Scripts =
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 1000], Gen.Int[0, 1000], (kind, a, b) => new Step(kind, a, b)).Array[8, 25].Array[2, 4];
}

/// <summary>Carries out scripts on a workspace, as use cases do: read, decide, commit, and again from the start after a conflict.</summary>
internal sealed class ScriptRunner(IWorkspaces workspaces, ISequences sequences, WorkspaceId workspace)
{
    private const int Attempts = 30;
    private static readonly DateTimeOffset Date = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The ids that it was given, in order.</summary>
    public List<int> Ids { get; } = [];

    public async Task RunAsync(IEnumerable<Step> steps, CancellationToken ct)
    {
        foreach (var step in steps)
        {
            await RetryAsync(() => RunAsync(step, ct));
        }
    }

    private static async Task RetryAsync(Func<Task> action)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception e) when (e is StoreConflictException or StoreUnavailableException && attempt < Attempts)
            {
                await Task.Yield();
            }
        }
    }

    private Task RunAsync(Step step, CancellationToken ct) => step.Kind switch
    {
        0 => CreateProjectAsync(ct),
        1 => CreateTaskAsync(step, ct),
        2 or 3 => CreateJobAsync(step, ct),
        4 => UpdateJobAsync(step, ct),
        5 => MoveTaskAsync(step, ct),
        6 => DeleteJobAsync(step, ct),
        _ => DeleteTaskAsync(step, ct),
    };

    private async Task<int> NextAsync(string name, CancellationToken ct)
    {
        var id = await sequences.NextAsync(name, 1, ct);
        Ids.Add(id);
        return id;
    }

    private async Task<T?> PickAsync<T>(int number, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        var keys = await workspaces.ReadAsync(workspace, view => view.All<T>().Select(entity => entity.Key).Order(StringComparer.Ordinal).ToArray(), ct);
        return keys.Length == 0 ? null : await workspaces.ReadAsync(workspace, view => view.Find<T>(keys[number % keys.Length]), ct);
    }

    private async Task CreateProjectAsync(CancellationToken ct)
    {
        var id = await NextAsync("any", ct);
        await workspaces.CommitAsync(workspace, new ChangeSet(1).Create(new Project { Id = id, Name = $"p{id}", CreatedDate = Date, UpdatedDate = Date }), ct);
    }

    private async Task CreateTaskAsync(Step step, CancellationToken ct)
    {
        var project = step.B % 3 == 0 ? null : await PickAsync<Project>(step.A, ct);
        var id = await NextAsync("any", ct);
        var label = await NextAsync("any", ct);
        var changes = new ChangeSet(2)
            .Create(new Label { Id = label, TaskId = id, Name = "car", Color = "#000000" })
            .Create(new AnnotationTask { Id = id, ProjectId = project?.Id, Name = $"t{id}", CreatedDate = Date, UpdatedDate = Date });
        await workspaces.CommitAsync(workspace, changes, ct);
    }

    private async Task CreateJobAsync(Step step, CancellationToken ct)
    {
        if (await PickAsync<AnnotationTask>(step.A, ct) is { } task)
        {
            var id = await NextAsync("any", ct);
            var job = new Job { Id = id, TaskId = task.Id, ProjectId = task.ProjectId, StartFrame = 0, StopFrame = step.B, CreatedDate = Date, UpdatedDate = Date };
            await workspaces.CommitAsync(workspace, new ChangeSet(null).Create(job), ct);
        }
    }

    private async Task UpdateJobAsync(Step step, CancellationToken ct)
    {
        if (await PickAsync<Job>(step.A, ct) is { } job && await workspaces.FindAsync<Job>(workspace, job.Key, ct) is { } read)
        {
            int? assignee = step.B % 2 == 0 ? step.B : null;
            var changed = read.Value with { AnnotationRevision = read.Value.AnnotationRevision + 1, AssigneeId = assignee };
            await workspaces.CommitAsync(workspace, new ChangeSet(3).Update(read, changed), ct);
        }
    }

    private async Task MoveTaskAsync(Step step, CancellationToken ct)
    {
        if (await PickAsync<AnnotationTask>(step.A, ct) is { } task && await PickAsync<Project>(step.B, ct) is { } project
            && await workspaces.FindAsync<AnnotationTask>(workspace, task.Key, ct) is { } read)
        {
            var changes = new ChangeSet(4).Update(read, read.Value with { ProjectId = project.Id });
            foreach (var job in await JobsOfAsync(task, ct))
            {
                changes.Update(job, job.Value with { ProjectId = project.Id });
            }

            await workspaces.CommitAsync(workspace, changes, ct);
        }
    }

    private async Task DeleteJobAsync(Step step, CancellationToken ct)
    {
        if (await PickAsync<Job>(step.A, ct) is { } job && await workspaces.FindAsync<Job>(workspace, job.Key, ct) is { } read)
        {
            await workspaces.CommitAsync(workspace, new ChangeSet(5).Delete(read), ct);
        }
    }

    private async Task DeleteTaskAsync(Step step, CancellationToken ct)
    {
        if (await PickAsync<AnnotationTask>(step.A, ct) is { } task && await workspaces.FindAsync<AnnotationTask>(workspace, task.Key, ct) is { } read)
        {
            var changes = new ChangeSet(6).Delete(read);
            foreach (var job in await JobsOfAsync(task, ct))
            {
                changes.Delete(job);
            }

            await workspaces.CommitAsync(workspace, changes, ct);
        }
    }

    private async Task<List<Versioned<Job>>> JobsOfAsync(AnnotationTask task, CancellationToken ct)
    {
        var found = new List<Versioned<Job>>();
        foreach (var job in await workspaces.ReadAsync(workspace, view => view.Children<Job>(AnnotationTask.Kind, task.Key).ToArray(), ct))
        {
            if (await workspaces.FindAsync<Job>(workspace, job.Key, ct) is { } read)
            {
                found.Add(read);
            }
        }

        return found;
    }
}
