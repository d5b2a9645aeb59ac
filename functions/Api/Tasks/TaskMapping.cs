using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>Tasks as clients see them.</summary>
internal static class TaskMapping
{
    /// <summary>The whole task.</summary>
    public static TaskRead ToRead(WorkspaceId workspace, IWorkspaceView view, AnnotationTask task, UserDirectory users)
    {
        var project = view.ProjectOf(task);
        var jobs = view.JobsOf(task);
        var data = task.Data;
        return new()
        {
            Url = $"{users.BaseUrl}/api/tasks/{task.Id}",
            Id = task.Id,
            Name = task.Name,
            ProjectId = project?.Id,
            ProjectName = project?.Name,
            Owner = users.Basic(task.OwnerId),
            Assignee = users.Basic(task.AssigneeId),
            AssigneeUpdatedDate = task.AssigneeUpdatedDate,
            GuideId = view.GuideOf(task)?.Id,
            BugTracker = task.BugTracker,
            CreatedDate = task.CreatedDate,
            UpdatedDate = view.UpdatedDate(task, project),
            Overlap = task.Overlap,
            SegmentSize = task.SegmentSize,
            InitialReplicas = task.InitialReplicas,
            ConsensusEnabled = task.InitialReplicas > 0,
            Status = Status(jobs),
            DataChunkSize = data?.ChunkSize,
            DataCompressedChunkType = data?.CompressedChunkType,
            DataOriginalChunkType = data?.OriginalChunkType,
            DataCloudStorageId = data?.CloudStorageId,
            Data = data is null ? null : task.Id,
            Size = data?.Size,
            ImageQuality = data?.ImageQuality,
            Dimension = data?.Dimension ?? "2d",
            Mode = data?.Mode ?? "",
            ValidationMode = task.Validation?.Mode,
            MediaType = data?.MediaType ?? "image",
            Subset = task.Subset,
            Organization = workspace.OrganizationId,
            OrganizationId = workspace.OrganizationId,
            SourceStorage = StorageRead.Of(task.SourceStorage),
            TargetStorage = StorageRead.Of(task.TargetStorage),
            Jobs = Summary(task, jobs, users.BaseUrl),
            Labels = new($"{users.BaseUrl}/api/labels?task_id={task.Id}"),
        };
    }

    /// <summary>The contract's <c>status</c> of a task: that of its least advanced job.</summary>
    public static string Status(IReadOnlyCollection<Job> jobs) =>
        jobs.Count == 0 || jobs.Any(job => job.Status == "annotation") ? "annotation"
        : jobs.Any(job => job.Status == "validation") ? "validation" : "completed";

    private static JobsSummary Summary(AnnotationTask task, IReadOnlyCollection<Job> jobs, string baseUrl) => new(
        jobs.Count,
        jobs.Count(job => job is { Stage: "acceptance", State: "completed" }),
        jobs.Count(job => job.Stage == "validation"),
        $"{baseUrl}/api/jobs?task_id={task.Id}");
}
