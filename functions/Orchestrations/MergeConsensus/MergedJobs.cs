using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Http;
using CvatServerless.Storage.Annotations;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>Results of votes: kept by stretch until a job's are complete, then saved as its annotations, once per attempt.</summary>
public sealed class MergedJobs(IWorkspaces workspaces, AnnotationService annotations, JobLogs logs, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Whether this attempt has saved the job already.</summary>
    public Task<bool> IsSavedAsync(int jobId, string attempt, CancellationToken ct) => logs.HasAppliedAsync(jobId, attempt, ct);

    /// <summary>Keeps the result of a stretch; a repetition replaces it.</summary>
    public Task KeepAsync(string attempt, int jobId, int stretch, LabeledData agreed, CancellationToken ct)
    {
        var operation = new AnnotationOperation { At = time.GetUtcNow(), Kind = OperationKind.Merge, Put = agreed };
        return blobs.WriteAsync(
            MergeParameters.StretchBlob(attempt, jobId, stretch),
            async (stream, token) =>
            {
                foreach (var piece in AnnotationLog.Encode(operation))
                {
                    await stream.WriteAsync(piece, token);
                }
            },
            BlobCondition.None,
            ct);
    }

    /// <summary>Replaces the job's annotations by what was kept of all its stretches, in one operation; does nothing where this attempt has done so.</summary>
    public async Task SaveAsync(FoundJob parent, int actorId, string attempt, CancellationToken ct)
    {
        var (tags, shapes) = (new List<LabeledTag>(), new List<LabeledShape>());
        for (var stretch = 0; stretch == 0 || ReplicaVote.HasMore(parent.Job, stretch - 1); stretch++)
        {
            await using var stream = await blobs.OpenReadAsync(MergeParameters.StretchBlob(attempt, parent.Job.Id, stretch), 0, null, ct);
            var kept = (await new AnnotationLogReader(stream).ReadAsync(ct) ?? throw new InvalidDataException("A stretch is not whole.")).Put;
            tags.AddRange(kept.Tags);
            shapes.AddRange(kept.Shapes);
        }

        await annotations.WriteAsync(
            actorId, parent.Workspace, parent.Job.Id, OperationKind.Merge, clearsAll: true, new() { Tags = tags, Shapes = shapes }, attempt, ct);
    }

    /// <summary>Completes a job that was saved, once per attempt: whoever reopens it meanwhile has the last word.</summary>
    public async Task CompleteAsync(FoundJob parent, int actorId, string attempt, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await workspaces.UpdateAsync<Job>(
            parent.Workspace,
            parent.Job.Key,
            actorId,
            job => job.LastMerge == attempt ? job : job with { LastMerge = attempt, State = "completed", UpdatedDate = job.State == "completed" ? job.UpdatedDate : now },
            ct);
        await blobs.DeleteFolderAsync(MergeParameters.JobFolder(attempt, parent.Job.Id), ct);
    }
}
