using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Annotations.Merging;
using CvatServerless.Domain.Annotations.Tracks;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Tasks;
using CvatServerless.Functions.Api.ValidationLayouts;
using CvatServerless.Functions.Http;
using CvatServerless.Storage.Annotations;

namespace CvatServerless.Functions.Api.Annotations;

/// <summary>Reads and writes annotations of jobs, and of tasks over their jobs. Source: contract-annotations.md §1.</summary>
public sealed class AnnotationService(IWorkspaces workspaces, JobLogs logs, AnnotationIdSource ids, TaskMoves moves, HoneypotDraws draws, TimeProvider time)
{
    /// <summary>The labels that annotations of a task refer to; what a crash left of a move of the task or of a change of its honeypots is finished first.</summary>
    public async Task<IReadOnlyList<Label>> LabelsAsync(WorkspaceId workspace, AnnotationTask task, CancellationToken ct)
    {
        var settled = await draws.FinishAsync(workspace, await moves.FinishAsync(workspace, task, ct), ct);
        return await workspaces.ReadAsync(workspace, IReadOnlyList<Label> (view) => [.. view.LabelsOf(settled)], ct);
    }

    /// <summary>The jobs whose annotations are the task's, by id: the annotation jobs, and the ground truth where it is a pool.</summary>
    /// <param name="workspace">Where it lives.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="only">Only this job, of whatever type.</param>
    /// <param name="ct">Cancels.</param>
    public Task<IReadOnlyList<Job>> JobsAsync(WorkspaceId workspace, int taskId, int? only, CancellationToken ct) => workspaces.ReadAsync(
        workspace,
        IReadOnlyList<Job> (view) =>
        {
            var task = view.Task(taskId);
            var pool = task?.Validation is { IsPool: true } layout ? layout.JobId : (int?)null;
            return task is null ? [] :
            [
                .. view.JobsOf(task)
                    .Where(job => only is { } id ? job.Id == id : job.Type == Job.Annotation || job.Id == pool)
                    .OrderBy(job => job.Id),
            ];
        },
        ct);

    /// <summary>A job's annotations as stored.</summary>
    public async Task<JobAnnotations> ReadAsync(WorkspaceId workspace, Job job, CancellationToken ct)
    {
        var annotations = await logs.ReadAsync(job.Id, ct);
        if (annotations.Revision > job.AnnotationRevision)
        {
            // A save that was acknowledged, or was about to be, when its process died: the dates catch up.
            await TouchAsync(workspace, job.Id, null, annotations.Revision, annotations.LastChangedAt, ct);
        }

        return annotations;
    }

    /// <summary>The annotations of all jobs of a task, merged where they overlap.</summary>
    public async Task<LabeledData> ReadTaskAsync(FoundTask found, CancellationToken ct)
    {
        var jobs = await JobsAsync(found.Workspace, found.Task.Id, null, ct);
        var merge = new AnnotationMerge(Is3D(found.Task));
        foreach (var job in jobs)
        {
            merge.Add((await ReadAsync(found.Workspace, job, ct)).Data, job.StartFrame, found.Task.Overlap ?? 0);
        }

        return merge.Result();
    }

    /// <summary>Carries out a write on a job; returns the body with its ids.</summary>
    /// <param name="actor">Who saves.</param>
    /// <param name="found">The job.</param>
    /// <param name="kind">What led to it.</param>
    /// <param name="body">Checked against the labels.</param>
    /// <param name="onceKey">See <see cref="AnnotationOperation.OnceKey"/>.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<LabeledData> WriteAsync(Actor actor, FoundJob found, OperationKind kind, LabeledData body, string onceKey, CancellationToken ct)
    {
        PoolAnnotations.Check(found.Task, body);
        return await WriteAsync(actor.UserId, found.Workspace, found.Job.Id, kind, kind is OperationKind.Replace or OperationKind.Clear, body, onceKey, ct);
    }

    /// <summary>Carries out a write on one job.</summary>
    public async Task<LabeledData> WriteAsync(
        int actorId, WorkspaceId workspace, int jobId, OperationKind kind, bool clearsAll, LabeledData body, string onceKey, CancellationToken ct)
    {
        var isDelete = kind == OperationKind.Delete;
        var put = isDelete ? body : await ids.AssignAsync(TrackNormalization.OnSave(body), ct);
        var operation = new AnnotationOperation
        {
            At = time.GetUtcNow(),
            UserId = actorId,
            Kind = kind,
            OnceKey = onceKey,
            ClearsAll = clearsAll,
            Put = isDelete ? LabeledData.Empty : put,
            Removed = isDelete ? AnnotationIdSet.Of(body) : AnnotationIdSet.Empty,
        };
        var saved = operation.IsEmpty ? null : await logs.SaveAsync(jobId, _ => operation, ct);
        if (saved is not null)
        {
            await TouchAsync(workspace, jobId, actorId, saved.Revision, saved.At, ct);
        }

        return put;
    }

    /// <summary>Carries out a write on a task: sliced to its annotation jobs; returns the merge of what the jobs made of it.</summary>
    public async Task<LabeledData> WriteTaskAsync(Actor actor, FoundTask found, OperationKind kind, LabeledData body, CancellationToken ct)
    {
        body = PoolAnnotations.OfTask(found.Task, kind, body);
        var jobs = await JobsAsync(found.Workspace, found.Task.Id, null, ct);
        var merge = new AnnotationMerge(Is3D(found.Task));
        foreach (var job in jobs)
        {
            var slice = kind == OperationKind.Delete
                ? AnnotationSlicer.Touching(body, job.StartFrame, job.StopFrame)
                : AnnotationSlicer.Slice(body, job.StartFrame, job.StopFrame, Is3D(found.Task));
            var clears = kind is OperationKind.Replace or OperationKind.Clear;
            var written = await WriteAsync(actor.UserId, found.Workspace, job.Id, kind, clears, slice, "", ct);
            merge.Add(written, job.StartFrame, found.Task.Overlap ?? 0);
        }

        return merge.Result();
    }

    private static bool Is3D(AnnotationTask task) => task.Data?.Dimension == "3d";

    /// <summary>
    /// Moves the job's date (and with it its task's and project's) to what its log says. The log is what commits a save and flushes to the disk; where the power
    /// fails before this is flushed too, the next look at the annotations tells it again.
    /// </summary>
    private Task TouchAsync(WorkspaceId workspace, int jobId, int? actorId, long revision, DateTimeOffset at, CancellationToken ct) => workspaces.UpdateAsync<Job>(
        workspace,
        EntityKey.Of(jobId),
        actorId,
        job => job.AnnotationRevision >= revision ? job : job with { AnnotationRevision = revision, UpdatedDate = at > job.UpdatedDate ? at : job.UpdatedDate },
        Durability.Process,
        ct);
}
