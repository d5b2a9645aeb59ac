using System.Globalization;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Tasks;

/// <summary>
/// A change of what honeypots show that is decided and not yet finished: the annotations that were made on the old pictures are still there. Only the task's row says
/// what is shown, so chunks and names follow from it at once.
/// </summary>
/// <param name="Key">Names the change in the jobs' operation logs, so that it clears each of them once.</param>
/// <param name="Frames">The honeypots that show another picture than before, ascending.</param>
public sealed record HoneypotDraw(string Key, IReadOnlyList<int> Frames)
{
    private const int MaxNamed = 20;

    /// <summary>Chooses anew for the given jobs, evenly over the frames that count. Source: contract-data.md §7 (<c>random_uniform</c>).</summary>
    /// <param name="task">A task with honeypots.</param>
    /// <param name="jobs">The jobs' stretches, in order.</param>
    /// <param name="keepsOthers">Whether honeypots outside these jobs stay, so that their pictures count as used.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>What every honeypot of the task shows then.</returns>
    /// <exception cref="CvatException">400: a job has more honeypots than there are frames that count.</exception>
    public static IReadOnlyList<int> AtRandom(AnnotationTask task, IReadOnlyList<Segment> jobs, bool keepsOthers, NumpyRandom random)
    {
        var (data, real) = (task.Data!, task.Data!.HoneypotRealFrames!.ToArray());
        var active = task.Validation!.ActiveFrames;
        var uses = keepsOthers ? real.CountBy(frame => frame).ToDictionary() : [];
        var selector = new HoneypotSelector(random);
        foreach (var frame in active)
        {
            selector.Add(frame, uses.GetValueOrDefault(frame));
        }

        foreach (var job in jobs)
        {
            var (start, count) = data.HoneypotsIn(job).GetOffsetAndLength(real.Length);
            if (active.Count < count)
            {
                throw CvatException.Rule(
                    $"Can't select validation frames: the remaining number of validation frames ({active.Count}) is less than the number of honeypots in a job ({count}). Try to restore some validation frames");
            }

            selector.Next(count).ToArray().CopyTo(real, start);
        }

        return real;
    }

    /// <summary>Sets what the honeypots of a stretch show. Source: contract-data.md §7 (<c>manual</c>).</summary>
    /// <param name="task">A task with honeypots.</param>
    /// <param name="stretch">A job's frames, or all.</param>
    /// <param name="wanted">For each honeypot in it a frame of the pool that counts.</param>
    /// <returns>What every honeypot of the task shows then.</returns>
    /// <exception cref="CvatException">400: too many or too few, or not of the pool, or disabled.</exception>
    public static IReadOnlyList<int> ByHand(AnnotationTask task, Segment stretch, IReadOnlyList<int> wanted)
    {
        var (layout, real) = (task.Validation!, task.Data!.HoneypotRealFrames!.ToArray());
        Refuse(wanted.Except(layout.Frames), "are not from the validation pool");
        Refuse(wanted.Intersect(layout.DisabledFrames), "are disabled. Restore them in the validation pool first");
        var (start, count) = task.Data!.HoneypotsIn(stretch).GetOffsetAndLength(real.Length);
        if (wanted.Count != count)
        {
            throw CvatException.Rule(
                $"Could not update honeypot frames: the number of honeypots must remain the same. Requested {wanted.Count}, current {count}");
        }

        wanted.ToArray().CopyTo(real, start);
        return real;
    }

    /// <summary>The task with other pictures in its honeypots: those that changed are not deleted any more, and their annotations are to be cleared.</summary>
    public static AnnotationTask Apply(AnnotationTask task, IReadOnlyList<int> realFrames, DateTimeOffset now)
    {
        var data = task.Data!;
        int[] changed = [.. data.HoneypotFrames!.Where((_, index) => realFrames[index] != data.HoneypotRealFrames![index])];
        return changed.Length == 0 ? task with { UpdatedDate = now } : task with
        {
            UpdatedDate = now,
            Data = data with { HoneypotRealFrames = realFrames, DeletedFrames = [.. data.DeletedFrames.Except(changed)], ChunksUpdatedDate = now },
            Draw = new($"honeypots-{now.UtcTicks.ToString("x", CultureInfo.InvariantCulture)}", changed),
        };
    }

    private static void Refuse(IEnumerable<int> frames, string why)
    {
        if (frames.Distinct().Order().Take(MaxNamed).ToList() is { Count: > 0 } wrong)
        {
            throw CvatException.Rule($"Could not update honeypot frames: frames {string.Join(", ", wrong)} {why}");
        }
    }
}
