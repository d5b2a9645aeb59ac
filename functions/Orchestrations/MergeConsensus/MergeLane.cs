using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>
/// Merges the jobs of a lane, stretch by stretch of their frames, for a while. What a stretch agrees on is kept in a blob until the job's last one is there; then all of it
/// is saved in one operation that bears the attempt's key. A job that was saved is passed over, so a repetition after a crash does only what is missing.
/// </summary>
public sealed class MergeLane(Access access, ReplicaVote vote, MergedJobs merged, IBlobStore blobs, WorkRequests requests, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "MergeLane";

    /// <summary>After this the rest is left to the next call.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>Runs the step; safe to repeat. Where to go on; null: the lane is done, or nobody waits for it any more.</summary>
    [Function(Name)]
    public async Task<MergeStep?> Run([ActivityTrigger] MergeStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is not { } request)
        {
            return null;
        }

        var started = time.GetTimestamp();
        var all = (await MergeParameters.ReadAsync(blobs, request.Value.InputBlob!, ct)).JobIds;
        while (step.Job < step.End)
        {
            var (isJobDone, share) = await MergeAsync(step, all[step.Job], request.Value.OwnerId ?? 0, ct);
            step = isJobDone ? step with { Job = step.Job + 1, Stretch = 0 } : step with { Stretch = step.Stretch + 1 };
            if (!await requests.AdvanceAsync(step.Item, share / all.Count, "Merging the replicas", ct))
            {
                return null;
            }

            if (time.GetElapsedTime(started) > Turn)
            {
                break;
            }
        }

        return step.Job < step.End ? step : null;
    }

    /// <summary>Merges one stretch of a job, and saves the job after its last one. Whether nothing of the job is left, and which share of it that was.</summary>
    private async Task<(bool IsJobDone, double Share)> MergeAsync(MergeStep step, int jobId, int actorId, CancellationToken ct)
    {
        var key = step.Item.InstanceId;
        if (await access.FindJobAsync(jobId, ct) is not { } parent)
        {
            return (true, 1);
        }

        var before = (double)step.Stretch * ReplicaVote.StretchFrames / parent.Job.FrameCount;
        if (!await merged.IsSavedAsync(jobId, key, ct))
        {
            if (await vote.OnStretchAsync(parent, step.Stretch, ct) is not { } agreed)
            {
                return (true, 1 - before);
            }

            await merged.KeepAsync(key, jobId, step.Stretch, agreed, ct);
            if (ReplicaVote.HasMore(parent.Job, step.Stretch))
            {
                return (false, (double)ReplicaVote.StretchFrames / parent.Job.FrameCount);
            }

            await merged.SaveAsync(parent, actorId, key, ct);
        }

        await merged.CompleteAsync(parent, actorId, key, ct);
        return (true, 1 - before);
    }
}
