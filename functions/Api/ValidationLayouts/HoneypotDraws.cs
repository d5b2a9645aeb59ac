using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Annotations;

namespace CvatServerless.Functions.Api.ValidationLayouts;

/// <summary>
/// Gives honeypots other pictures. One commit decides it: from then on chunks, names and sizes are the new ones, and the task carries what is left to do
/// (<see cref="AnnotationTask.Draw"/>): clearing what was drawn on the old pictures. Whoever needs annotations of the task, or a timer, finishes that; each step
/// can be repeated.
/// </summary>
public sealed class HoneypotDraws(IWorkspaces workspaces, JobLogs logs, Unfinished unfinished, TimeProvider time)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "draw-honeypots";

    /// <summary>Decides and carries out a change; returns the task as it is then.</summary>
    /// <param name="actorId">Who wants it.</param>
    /// <param name="workspace">Where the task lives.</param>
    /// <param name="task">A task with honeypots.</param>
    /// <param name="choose">What every honeypot of the task, as it is at that moment, is to show.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<AnnotationTask> RunAsync(
        int actorId, WorkspaceId workspace, AnnotationTask task, Func<AnnotationTask, IReadOnlyList<int>> choose, CancellationToken ct)
    {
        await unfinished.BeginAsync(workspace, Work, task.Key, ct);
        var drawn = await ConflictRetry.RunAsync(() => DecideAsync(actorId, workspace, task.Key, choose, ct));
        return await FinishAsync(workspace, drawn, ct);
    }

    /// <summary>Carries out what is left of a change, if there is one; returns the task without it.</summary>
    public async Task<AnnotationTask> FinishAsync(WorkspaceId workspace, AnnotationTask task, CancellationToken ct)
    {
        if (task.Draw is not { } draw)
        {
            return task;
        }

        var jobs = await workspaces.ReadAsync(workspace, view => view.JobsOf(task).Where(job => job.Type != Job.GroundTruth).ToList(), ct);
        var frames = draw.Frames.ToHashSet();
        foreach (var job in jobs.Where(job => Enumerable.Range(job.StartFrame, job.FrameCount).Any(frames.Contains)))
        {
            await ClearAsync(workspace, job, draw.Key, frames, task.Data!.ChunksUpdatedDate, ct);
        }

        var settled = await workspaces.UpdateAsync<AnnotationTask>(workspace, task.Key, null, now => now.Draw?.Key == draw.Key ? now with { Draw = null } : now, ct);
        await unfinished.EndAsync(Work, task.Key, ct);
        return settled ?? task;
    }

    /// <summary>Finishes a change that a crash stopped.</summary>
    public async Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct)
    {
        var found = await workspaces.FindAsync<AnnotationTask>(workspace, key, ct);
        if (found is { Value: { IsDeleted: false, Draw: not null } })
        {
            await FinishAsync(workspace, found.Value, ct);
        }
        else
        {
            await unfinished.EndAsync(Work, key, ct);
        }
    }

    private async Task<AnnotationTask> DecideAsync(
        int actorId, WorkspaceId workspace, string key, Func<AnnotationTask, IReadOnlyList<int>> choose, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<AnnotationTask>(workspace, key, ct) ?? throw CvatException.NotFound();
        if (read.Value.Draw is not null)
        {
            await FinishAsync(workspace, read.Value, ct);
            read = await workspaces.FindAsync<AnnotationTask>(workspace, key, ct) ?? throw CvatException.NotFound();
        }

        var drawn = HoneypotDraw.Apply(read.Value, choose(read.Value), time.GetUtcNow());
        await workspaces.CommitAsync(workspace, new ChangeSet(actorId).Update(read, drawn), ct);
        return drawn;
    }

    private async Task ClearAsync(WorkspaceId workspace, Job job, string key, HashSet<int> frames, DateTimeOffset drawnDate, CancellationToken ct)
    {
        // Saved also where there is nothing to remove: the key keeps a second run from clearing what is drawn on the new pictures.
        var saved = await logs.SaveAsync(
            job.Id,
            state => new AnnotationOperation
            {
                At = time.GetUtcNow(),
                Kind = OperationKind.Delete,
                OnceKey = key,
                Removed = AnnotationIdSet.Of(AnnotationSlicer.OnFrames(state.Current(), frames)),
            },
            ct);
        await workspaces.UpdateAsync<Job>(workspace, job.Key, null, Cleared, ct);

        Job Cleared(Job old)
        {
            var at = saved?.At > drawnDate ? saved.At : drawnDate;
            return old with { AnnotationRevision = Math.Max(old.AnnotationRevision, saved?.Revision ?? 0), UpdatedDate = at > old.UpdatedDate ? at : old.UpdatedDate };
        }
    }
}
