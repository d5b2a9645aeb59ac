namespace CvatServerless.Domain.Tasks;

/// <summary>What honeypots show: frames of a task (mode <c>gt_pool</c>) that repeat one of its pool. Source: contract-data.md §7.</summary>
public static class Honeypots
{
    private static readonly IReadOnlyList<int> None = [];

    /// <summary>The frame whose picture, name and size a frame shows: of a honeypot one of the pool, else itself.</summary>
    public static int Shown(this TaskData data, int frame)
    {
        var honeypots = data.HoneypotFrames ?? None;
        var index = FirstFrom(honeypots, frame);
        return index < honeypots.Count && honeypots[index] == frame ? data.HoneypotRealFrames![index] : frame;
    }

    /// <summary>Whether a frame shows another one.</summary>
    public static bool IsHoneypot(this TaskData data, int frame) => data.Shown(frame) != frame;

    /// <summary>The honeypots inside a stretch, as positions in <see cref="TaskData.HoneypotFrames"/>.</summary>
    public static Range HoneypotsIn(this TaskData data, Segment segment)
    {
        var honeypots = data.HoneypotFrames ?? None;
        return new(FirstFrom(honeypots, segment.StartFrame), FirstFrom(honeypots, segment.StopFrame + 1));
    }

    /// <summary>The honeypots that show one of the given frames.</summary>
    public static IEnumerable<int> HoneypotsOf(this TaskData data, IReadOnlySet<int> realFrames) =>
        (data.HoneypotFrames ?? None).Where((_, index) => realFrames.Contains(data.HoneypotRealFrames![index]));

    /// <summary>
    /// A task in which exactly the given validation frames count no more. Frames of a pool are deleted in the task too and restored with it, as are the honeypots that
    /// show them; those whose state stays the same keep their marks.
    /// </summary>
    /// <exception cref="InvalidOperationException">The task has no ground truth.</exception>
    public static AnnotationTask WithDisabled(this AnnotationTask task, IReadOnlyCollection<int> disabled, DateTimeOffset now)
    {
        var layout = task.Validation ?? throw new InvalidOperationException("The task has no ground truth.");
        var wanted = layout.Frames.Intersect(disabled).ToHashSet();
        var changed = task with { Validation = layout with { DisabledFrames = [.. wanted.Order()] }, UpdatedDate = now };
        if (!layout.IsPool || task.Data is not { } data)
        {
            return changed;
        }

        var ended = wanted.Except(layout.DisabledFrames).ToHashSet();
        var restored = layout.DisabledFrames.Except(wanted).ToHashSet();
        var deleted = data.DeletedFrames.Except(restored).Except(data.HoneypotsOf(restored)).Union(ended).Union(data.HoneypotsOf(ended));
        return changed with { Data = data with { DeletedFrames = [.. deleted.Order()] } };
    }

    private static int FirstFrom(IReadOnlyList<int> ascending, int frame)
    {
        var (low, high) = (0, ascending.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ascending[middle] < frame ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
