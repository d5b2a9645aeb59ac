using System.Globalization;
using CvatServerless.Domain.Tasks;
using CvatServerless.Formats.Model;
using CvatServerless.Functions.TaskMedia;

namespace CvatServerless.Functions.Datasets;

/// <summary>Frames of a task as formats see them.</summary>
public sealed class TaskFrames(FrameIndex index)
{
    /// <summary>Those that an export shows: of a ground-truth job only the chosen ones, of a task no honeypots (their pictures are there in the pool).</summary>
    public static IReadOnlyList<ExportFrame> Shown(IReadOnlyList<ExportFrame> frames, AnnotationTask task, int? jobId)
    {
        if (jobId is null)
        {
            return task.Data?.HoneypotFrames is null ? frames : [.. frames.Where(frame => !task.Data.IsHoneypot(frame.Number))];
        }

        if (task.Validation is not { } layout || layout.JobId != jobId)
        {
            return frames;
        }

        var chosen = layout.Frames.ToHashSet();
        return [.. frames.Where(frame => chosen.Contains(frame.Number))];
    }

    /// <summary>The frames of a stretch in order.</summary>
    public async Task<IReadOnlyList<ExportFrame>> ListAsync(TaskData data, Segment range, bool includeDeleted, CancellationToken ct)
    {
        var entries = await index.ReadAsync(data, ct);
        var deleted = includeDeleted ? [] : data.DeletedFrames.ToHashSet();
        var isVideo = data.Mode == "interpolation";
        var frames = new List<ExportFrame>(range.FrameCount);
        for (var frame = range.StartFrame; frame <= range.StopFrame; frame++)
        {
            if (!deleted.Contains(frame))
            {
                var source = data.StartFrame + (frame * data.FrameStep);
                var entry = entries[isVideo ? 0 : frame];
                frames.Add(new(frame, source, isVideo ? string.Create(CultureInfo.InvariantCulture, $"frame_{source:D6}.PNG") : entry.Name, entry.Width, entry.Height));
            }
        }

        return frames;
    }
}
