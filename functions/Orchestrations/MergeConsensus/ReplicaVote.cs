using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Consensus;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>What the replicas of a job agree on. Tracks vote frame by frame, as shapes; deleted frames have no vote.</summary>
public sealed class ReplicaVote(IWorkspaces workspaces, AnnotationService annotations, TaskFrames frames)
{
    /// <summary>Frames of a stretch: the shapes of so many of each replica are in memory at a time.</summary>
    internal const int StretchFrames = 50;

    /// <summary>Whether the job has frames after a stretch.</summary>
    public static bool HasMore(Job job, int stretch) => (stretch + 1) * StretchFrames < job.FrameCount;

    /// <summary>The votes on one stretch of a job's frames; null where no replica was begun.</summary>
    public async Task<LabeledData?> OnStretchAsync(FoundJob parent, int stretch, CancellationToken ct)
    {
        var (replicas, settings) = await workspaces.ReadAsync(
            parent.Workspace,
            view => (Voters(view, parent).ToList(), view.Find<ConsensusSettings>(parent.Task.Key) ?? ConsensusSettings.Of(parent.Task)),
            ct);
        if (replicas.Count == 0)
        {
            return null;
        }

        var first = parent.Job.StartFrame + (stretch * StretchFrames);
        var range = new Segment(first, Math.Min(parent.Job.StopFrame, first + StretchFrames - 1));
        var listed = await frames.ListAsync(parent.Task.Data!, range, includeDeleted: false, ct);
        var replicasByFrame = new List<IEnumerator<FrameVotes>>(replicas.Count);
        var completion = new AttributeCompletion(new LabelIndex(await annotations.LabelsAsync(parent.Workspace, parent.Task, ct)));
        foreach (var replica in replicas)
        {
            var data = completion.Complete(Within((await annotations.ReadAsync(parent.Workspace, replica, ct)).Data, range));
            replicasByFrame.Add(new FrameTimeline(data, parent.Task.Data!.DeletedFrames).Between(listed)
                .Select(on => new FrameVotes(on.Tags, [.. on.Shapes.Select(shape => shape.Shape)])).GetEnumerator());
        }

        var (tags, shapes) = (new List<LabeledTag>(), new List<LabeledShape>());
        foreach (var frame in listed)
        {
            var agreed = ConsensusMerge.Frame(replicasByFrame.ConvertAll(Next), settings.IouThreshold, (double)frame.Width * frame.Height);
            tags.AddRange(agreed.Tags);
            shapes.AddRange(agreed.Shapes);
        }

        return new() { Tags = tags, Shapes = shapes };
    }

    private static FrameVotes Next(IEnumerator<FrameVotes> frames) => frames.MoveNext() ? frames.Current : throw new InvalidOperationException("A frame is missing.");

    private static LabeledData Within(LabeledData data, Segment range) => new()
    {
        Tags = [.. data.Tags.Where(tag => range.Contains(tag.Frame))],
        Shapes = [.. data.Shapes.Where(shape => range.Contains(shape.Frame))],
        Tracks = [.. data.Tracks.Where(track => track.Frame <= range.StopFrame)],
    };

    private static IEnumerable<Job> Voters(IWorkspaceView view, FoundJob parent) =>
        view.JobsOf(parent.Task).Where(job => job.ParentJobId == parent.Job.Id && job.HasBegun).OrderBy(job => job.Id);
}
