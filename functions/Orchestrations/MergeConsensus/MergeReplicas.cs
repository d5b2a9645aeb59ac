using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Consensus;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>
/// Replaces the annotations of annotation jobs by what their replicas agree on, and completes them. Tracks vote frame by frame, as shapes; deleted frames have no vote.
/// Each job's save bears the attempt's key, so a repetition after a crash saves only what is missing.
/// </summary>
public sealed class MergeReplicas(IWorkspaces workspaces, Access access, AnnotationService annotations, TaskFrames frames, IBlobStore blobs, WorkRequests requests, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "MergeReplicas";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] MergeStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is not { } request)
        {
            return;
        }

        var all = (await MergeParameters.ReadAsync(blobs, request.Value.InputBlob!, ct)).JobIds;
        foreach (var id in all.Skip(step.First).Take(step.Count))
        {
            if (await access.FindJobAsync(id, ct) is { } parent)
            {
                await MergeAsync(parent, request.Value.OwnerId ?? 0, step.Item.InstanceId, ct);
            }

            if (!await requests.AdvanceAsync(step.Item, 1.0 / all.Count, "Merging the replicas", ct))
            {
                return;
            }
        }
    }

    private async Task MergeAsync(FoundJob parent, int actorId, string onceKey, CancellationToken ct)
    {
        var (replicas, settings) = await workspaces.ReadAsync(
            parent.Workspace,
            view => (Voters(view, parent).ToList(), view.Find<ConsensusSettings>(parent.Task.Key) ?? ConsensusSettings.Of(parent.Task)),
            ct);
        if (replicas.Count == 0)
        {
            return;
        }

        var merged = await VoteAsync(parent, replicas, settings.IouThreshold, ct);
        await annotations.WriteAsync(actorId, parent.Workspace, parent.Job.Id, OperationKind.Merge, clearsAll: true, merged, onceKey, ct);
        var now = time.GetUtcNow();
        await workspaces.UpdateAsync<Job>(
            parent.Workspace, parent.Job.Key, actorId, job => job.State == "completed" ? job : job with { State = "completed", UpdatedDate = now }, ct);
    }

    private static IEnumerable<Job> Voters(IWorkspaceView view, FoundJob parent) =>
        view.JobsOf(parent.Task).Where(job => job.ParentJobId == parent.Job.Id && job.HasBegun).OrderBy(job => job.Id);

    private async Task<LabeledData> VoteAsync(FoundJob parent, IReadOnlyList<Job> replicas, double threshold, CancellationToken ct)
    {
        var completion = new AttributeCompletion(new LabelIndex(await annotations.LabelsAsync(parent.Workspace, parent.Task, ct)));
        var timelines = new List<FrameTimeline>(replicas.Count);
        foreach (var replica in replicas)
        {
            timelines.Add(new(completion.Complete((await annotations.ReadAsync(parent.Workspace, replica, ct)).Data), parent.Task.Data!.DeletedFrames));
        }

        var (tags, shapes) = (new List<LabeledTag>(), new List<LabeledShape>());
        foreach (var frame in await frames.ListAsync(parent.Task.Data!, parent.Job.Segment, includeDeleted: false, ct))
        {
            var votes = timelines.ConvertAll(timeline => timeline.Between([frame]).Select(on => new FrameVotes(on.Tags, [.. on.Shapes.Select(shape => shape.Shape)])).First());
            var agreed = ConsensusMerge.Frame(votes, threshold, (double)frame.Width * frame.Height);
            tags.AddRange(agreed.Tags);
            shapes.AddRange(agreed.Shapes);
        }

        return new() { Tags = tags, Shapes = shapes };
    }
}
