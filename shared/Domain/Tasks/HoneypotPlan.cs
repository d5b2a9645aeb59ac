namespace CvatServerless.Domain.Tasks;

/// <summary>
/// How a task with honeypots is made of pictures: for each job a shuffled mix of its regular frames and its honeypots, then the pool that honeypots show.
/// Source: contract-data.md §7 (mode <c>gt_pool</c>).
/// </summary>
/// <param name="Order">The picture that each frame of the task shows first.</param>
/// <param name="Segments">The annotation jobs, in order; they end where the pool begins.</param>
/// <param name="Pool">The pool.</param>
/// <param name="Honeypots">Frames that show one of the pool, ascending.</param>
/// <param name="RealFrames">For each honeypot the frame of the pool that it shows.</param>
public sealed record HoneypotPlan(
    IReadOnlyList<int> Order, IReadOnlyList<Segment> Segments, Segment Pool, IReadOnlyList<int> Honeypots, IReadOnlyList<int> RealFrames)
{
    /// <summary>Makes it.</summary>
    /// <param name="count">Pictures in all.</param>
    /// <param name="pool">Those that become the pool, in its order; fewer than <paramref name="count"/>.</param>
    /// <param name="segmentSize">Regular frames of a job; 0: all in one.</param>
    /// <param name="perJob">Honeypots of a job, at most as many as the pool has.</param>
    /// <param name="random">Decides which regular frames and which honeypots a job gets; as <paramref name="pool"/>'s choice left it.</param>
    /// <param name="mixing">Decides their order inside a job.</param>
    public static HoneypotPlan Of(int count, IReadOnlyList<int> pool, int segmentSize, int perJob, NumpyRandom random, NumpyRandom mixing)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pool.Count, count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perJob, pool.Count);
        var apart = pool.ToHashSet();
        var regular = Enumerable.Range(0, count).Where(picture => !apart.Contains(picture)).ToList();
        random.Shuffle(regular);
        var selector = new HoneypotSelector(random);
        foreach (var picture in pool)
        {
            selector.Add(picture, uses: 0);
        }

        var order = new List<int>(count);
        var segments = new List<Segment>();
        var honeypots = new List<int>();
        foreach (var frames in regular.Chunk(segmentSize > 0 ? segmentSize : regular.Count))
        {
            int[] mixed = [.. frames, .. selector.Next(perJob)];
            mixing.Shuffle(mixed);
            honeypots.AddRange(Enumerable.Range(0, mixed.Length).Where(i => apart.Contains(mixed[i])).Select(i => order.Count + i));
            segments.Add(new(order.Count, order.Count + mixed.Length - 1));
            order.AddRange(mixed);
        }

        var first = order.Count;
        var frameOf = pool.Select((picture, index) => (picture, frame: first + index)).ToDictionary(entry => entry.picture, entry => entry.frame);
        var real = honeypots.ConvertAll(frame => frameOf[order[frame]]);
        order.AddRange(pool);
        return new(order, segments, new(first, order.Count - 1), honeypots, real);
    }
}
