using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Which frames a chunk of a task or job holds: relative to the task, both ends inclusive. Source: contract-data.md §3.4.</summary>
internal static class ChunkCuts
{
    /// <summary>Chunk <paramref name="number"/> of the task.</summary>
    /// <exception cref="CvatException">400: there is no such chunk.</exception>
    public static Segment OfTask(TaskData data, int number)
    {
        var last = (data.Size - 1) / data.ChunkSize;
        if (number < 0 || number > last)
        {
            throw CvatException.Text($"The chunk number {number} is out of range: it must be in [0, {last}].");
        }

        return new(number * data.ChunkSize, Math.Min((number + 1) * data.ChunkSize, data.Size) - 1);
    }

    /// <summary>Chunk <paramref name="index"/> of the job's own frames.</summary>
    /// <exception cref="CvatException">400: there is no such chunk.</exception>
    public static Segment OfJobByIndex(Job job, TaskData data, int index)
    {
        var last = (job.FrameCount - 1) / data.ChunkSize;
        if (index < 0 || index > last)
        {
            throw CvatException.Rule($"The chunk index {index} is out of range: it must be in [0, {last}].");
        }

        var start = job.StartFrame + (index * data.ChunkSize);
        return new(start, Math.Min(start + data.ChunkSize - 1, job.StopFrame));
    }

    /// <summary>The job's frames of the task's chunk <paramref name="number"/>.</summary>
    /// <exception cref="CvatException">400: that chunk has none of them.</exception>
    public static Segment OfJobByNumber(Job job, TaskData data, int number)
    {
        var (first, last) = (job.StartFrame / data.ChunkSize, job.StopFrame / data.ChunkSize);
        if (number < first || number > last)
        {
            throw CvatException.Rule($"The chunk number {number} is out of range: it must be in [{first}, {last}].");
        }

        var chunk = OfTask(data, number);
        return new(Math.Max(chunk.StartFrame, job.StartFrame), Math.Min(chunk.StopFrame, job.StopFrame));
    }
}
