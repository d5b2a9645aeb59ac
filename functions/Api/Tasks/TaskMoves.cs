using System.Globalization;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using CvatServerless.Storage.Annotations;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>
/// Moves tasks into projects of their workspace. The move is decided by one commit, from which on the task belongs to the project and carries what is left to do
/// (<see cref="AnnotationTask.Move"/>): translating the annotations of its jobs, removing its own labels. Whoever needs its annotations, or a timer, finishes that;
/// each step can be repeated.
/// </summary>
public sealed class TaskMoves(IWorkspaces workspaces, JobLogs logs, Unfinished unfinished, TimeProvider time)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "move-task";

    /// <summary>Decides a move and carries it out.</summary>
    /// <exception cref="CvatException">400: labels or dimensions don't fit.</exception>
    public async Task<AnnotationTask> RunAsync(int actorId, FoundTask found, Project project, IReadOnlyList<LabelWrite> renames, CancellationToken ct)
    {
        await FinishAsync(found.Workspace, found.Task, ct);
        await unfinished.BeginAsync(found.Workspace, Work, found.Task.Key, ct);
        var moved = await ConflictRetry.RunAsync(() => DecideAsync(actorId, found, project, renames, ct));
        return await FinishAsync(found.Workspace, moved, ct);
    }

    /// <summary>Carries out what is left of a move, if there is one; returns the task without it.</summary>
    public async Task<AnnotationTask> FinishAsync(WorkspaceId workspace, AnnotationTask task, CancellationToken ct)
    {
        if (task.Move is not { } move)
        {
            return task;
        }

        var (jobs, labels) = await workspaces.ReadAsync(workspace, view => (view.StoredJobsOf(task).ToList(), view.Children<Label>(AnnotationTask.Kind, task.Key)), ct);
        foreach (var job in jobs)
        {
            await TranslateAsync(workspace, job, task.ProjectId, move, ct);
        }

        await workspaces.DeleteAllAsync<Label>(workspace, null, labels.Select(label => label.Key), ct);
        var settled = await workspaces.UpdateAsync<AnnotationTask>(workspace, task.Key, null, now => now.Move?.Key == move.Key ? now with { Move = null } : now, ct);
        await unfinished.EndAsync(Work, task.Key, ct);
        return settled ?? task;
    }

    /// <summary>Finishes a move that a crash stopped.</summary>
    public async Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct)
    {
        var found = await workspaces.FindAsync<AnnotationTask>(workspace, key, ct);
        if (found is { Value.IsDeleted: false })
        {
            await FinishAsync(workspace, found.Value, ct);
        }
        else
        {
            await unfinished.EndAsync(Work, key, ct);
        }
    }

    private async Task<AnnotationTask> DecideAsync(int actorId, FoundTask found, Project target, IReadOnlyList<LabelWrite> renames, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<AnnotationTask>(found.Workspace, found.Task.Key, ct) ?? throw CvatException.NotFound();
        var project = await workspaces.FindAsync<Project>(found.Workspace, target.Key, ct) ?? throw CvatException.NotFound();
        var translation = await workspaces.ReadAsync(
            found.Workspace,
            view =>
            {
                RequireDimension(read.Value, view.TasksOf(target));
                return LabelTranslation.Between(view.LabelsOf(read.Value), view.LabelsOfProject(target.Id), renames);
            },
            ct);
        var now = time.GetUtcNow();
        var key = $"move-{target.Id}-{now.UtcTicks.ToString("x", CultureInfo.InvariantCulture)}";
        var moved = read.Value with { ProjectId = target.Id, UpdatedDate = now, Move = new(key, translation) };
        await workspaces.CommitAsync(
            found.Workspace, new ChangeSet(actorId).Update(read, moved).Update(project, project.Value with { UpdatedDate = now }), ct);
        return moved;
    }

    private static void RequireDimension(AnnotationTask task, IEnumerable<AnnotationTask> others)
    {
        var theirs = others.FirstOrDefault(other => other.Data is not null)?.Data?.Dimension;
        if (task.Data is { } data && theirs is not null && theirs != data.Dimension)
        {
            throw CvatException.Rule($"Dimension ({data.Dimension}) of the task must be the same as other tasks in project ({theirs})");
        }
    }

    /// <summary>One operation that says all of the job's annotations anew, and the job's row.</summary>
    private async Task TranslateAsync(WorkspaceId workspace, Job job, int? projectId, TaskMove move, CancellationToken ct)
    {
        var saved = await logs.SaveAsync(
            job.Id,
            state => new AnnotationOperation
            {
                At = time.GetUtcNow(),
                Kind = OperationKind.LabelChange,
                OnceKey = move.Key,
                ClearsAll = true,
                Put = state.HasApplied(move.Key) ? Domain.Annotations.LabeledData.Empty : move.Translation.Apply(state.Current()),
            },
            ct);
        await workspaces.UpdateAsync<Job>(workspace, job.Key, null, Moved, ct);

        Job Moved(Job old) => old with
        {
            ProjectId = projectId,
            AnnotationRevision = Math.Max(old.AnnotationRevision, saved?.Revision ?? 0),
            UpdatedDate = saved?.At > old.UpdatedDate ? saved.At : old.UpdatedDate,
        };
    }
}
