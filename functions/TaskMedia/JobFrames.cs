using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>The frames of a job, relative to its task: a stretch, or (of ground truth without a pool) chosen ones within the whole task.</summary>
/// <param name="Segment">The stretch.</param>
/// <param name="Included">The chosen ones, ascending; null: all of the stretch.</param>
/// <param name="Disabled">Of ground truth: those that count no more.</param>
internal sealed record JobFrames(Segment Segment, IReadOnlyList<int>? Included = null, IReadOnlyList<int>? Disabled = null)
{
    private readonly HashSet<int>? _included = Included is null ? null : [.. Included];

    /// <summary>How many there are.</summary>
    public int Count => Included?.Count ?? Segment.FrameCount;

    /// <summary>The first one.</summary>
    public int First => Included is null ? Segment.StartFrame : Included[0];

    /// <summary>Those of a job.</summary>
    public static JobFrames Of(Job job, AnnotationTask task)
    {
        var segment = new Segment(job.StartFrame, job.StopFrame);
        return job.Type == Job.GroundTruth && task.Validation is { } layout && layout.JobId == job.Id
            ? new(segment, layout.IsPool ? null : layout.Frames, layout.DisabledFrames)
            : new(segment);
    }

    /// <summary>Whether a frame is one of them.</summary>
    public bool Contains(int frame) => frame >= Segment.StartFrame && frame <= Segment.StopFrame && _included?.Contains(frame) != false;

    /// <summary>What a chunk of chosen frames holds, in order; null stands for a placeholder. By <paramref name="number"/> it is a chunk of the task, else the <paramref name="index"/>th of the job.</summary>
    /// <exception cref="CvatException">400: there is no such chunk.</exception>
    public IReadOnlyList<int?> Chunk(TaskData data, int? index, int? number)
    {
        if (index is { } own)
        {
            var last = (Count - 1) / data.ChunkSize;
            return own >= 0 && own <= last
                ? [.. Included!.Skip(own * data.ChunkSize).Take(data.ChunkSize).Select(frame => (int?)frame)]
                : throw CvatException.Rule($"The chunk index {own} is out of range: it must be in [0, {last}].");
        }

        var chunk = ChunkCuts.OfTask(data, number!.Value);
        return [.. Enumerable.Range(chunk.StartFrame, chunk.FrameCount).Select(frame => Contains(frame) ? frame : (int?)null)];
    }
}
