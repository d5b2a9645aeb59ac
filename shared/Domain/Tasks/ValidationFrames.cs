using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Tasks;

/// <summary>How the frames of a ground-truth job are chosen. Source: contract-resources.md §2.3, contract-data.md §7.</summary>
/// <param name="Method"><c>random_uniform</c>, <c>random_per_job</c> or <c>manual</c>.</param>
/// <param name="Count">Frames in all; of <c>random_uniform</c>.</param>
/// <param name="Share">The same as a share of the task, above 0 up to 1.</param>
/// <param name="CountPerJob">Frames of each job; of <c>random_per_job</c>.</param>
/// <param name="SharePerJob">The same as a share of the job, above 0 up to 1.</param>
/// <param name="Frames">Relative to the task; of <c>manual</c>.</param>
/// <param name="Seed">The same seed chooses the same frames.</param>
public sealed record ValidationFrames(string Method, int? Count, double? Share, int? CountPerJob, double? SharePerJob, IReadOnlyList<int> Frames, int Seed)
{
    /// <summary>The chosen frames, ascending.</summary>
    /// <param name="size">Frames in the task.</param>
    /// <param name="segments">The annotation jobs' stretches, in order.</param>
    /// <exception cref="CvatException">400: that many, or these, are not there.</exception>
    public IReadOnlyList<int> Choose(int size, IReadOnlyList<Segment> segments) => Method switch
    {
        "manual" => Manual(size),
        "random_per_job" => PerJob(segments),
        _ => Uniform(size),
    };

    private IReadOnlyList<int> Manual(int size)
    {
        if (Frames.Count == 0)
        {
            throw CvatException.Rule("The list of validation frames is empty");
        }

        if (Frames.Distinct().Count() != Frames.Count)
        {
            throw CvatException.Rule("Frames must not repeat");
        }

        var unknown = Frames.Where(frame => frame < 0 || frame >= size).ToList();
        return unknown.Count == 0 ? [.. Frames.Order()] : throw CvatException.Rule($"Unknown frames specified: {string.Join(", ", unknown.Take(20))}");
    }

    private IReadOnlyList<int> Uniform(int size)
    {
        var count = Count ?? Math.Max(1, (int)((Share ?? 0) * size));
        return count <= size
            ? [.. new NumpyRandom(Seed).Choose(size, count, shuffle: false).Order()]
            : throw CvatException.Rule($"The number of frames requested ({count}) must be not be greater than the number of the task frames ({size})");
    }

    /// <summary>A frame that jobs share is chosen once, and counts for each of them.</summary>
    private IReadOnlyList<int> PerJob(IReadOnlyList<Segment> segments)
    {
        var random = new NumpyRandom(Seed);
        var chosen = new SortedSet<int>();
        foreach (var segment in segments)
        {
            var frames = Enumerable.Range(segment.StartFrame, segment.FrameCount).ToList();
            var free = frames.FindAll(frame => !chosen.Contains(frame));
            var count = Math.Min(frames.Count, CountPerJob ?? Math.Max(1, (int)((SharePerJob ?? 0) * frames.Count))) - (frames.Count - free.Count);
            if (count > 0)
            {
                chosen.UnionWith(random.Choose(free.Count, count, shuffle: true).Select(index => free[index]));
            }
        }

        return [.. chosen];
    }
}
