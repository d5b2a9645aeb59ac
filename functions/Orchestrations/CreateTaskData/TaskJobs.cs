using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// The jobs of a new task: for each segment the annotation job and then its replicas, and the ground-truth job last. Ids follow from the first one alone, so that a
/// repetition makes the same jobs. Source: contract-data.md §2.2, §7.
/// </summary>
internal static class TaskJobs
{
    /// <summary>How many there are.</summary>
    public static int Count(AnnotationTask task, int segments, bool hasGroundTruth) => (segments * (1 + task.InitialReplicas)) + (hasGroundTruth ? 1 : 0);

    /// <summary>All of them, by id.</summary>
    /// <param name="task">The task.</param>
    /// <param name="segments">Its segments, in order.</param>
    /// <param name="groundTruth">The frames of its ground-truth job; null: there is none.</param>
    /// <param name="firstId">The first of the reserved ids.</param>
    /// <param name="now">When they are made.</param>
    public static IReadOnlyList<Job> Of(AnnotationTask task, IReadOnlyList<Segment> segments, Segment? groundTruth, int firstId, DateTimeOffset now)
    {
        var jobs = new List<Job>(Count(task, segments.Count, groundTruth is not null));
        foreach (var segment in segments)
        {
            var parent = Next(segment, Job.Annotation);
            jobs.Add(parent);
            for (var replica = 0; replica < task.InitialReplicas; replica++)
            {
                jobs.Add(Next(segment, Job.Replica) with { ParentJobId = parent.Id });
            }
        }

        if (groundTruth is { } frames)
        {
            jobs.Add(Next(frames, Job.GroundTruth));
        }

        return jobs;

        Job Next(Segment segment, string type) => new()
        {
            Id = firstId + jobs.Count,
            TaskId = task.Id,
            ProjectId = task.ProjectId,
            Type = type,
            StartFrame = segment.StartFrame,
            StopFrame = segment.StopFrame,
            CreatedDate = now,
            UpdatedDate = now,
        };
    }
}
