using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.TaskMedia;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>Jobs as clients see them.</summary>
internal static class JobMapping
{
    /// <summary>The whole job; the task's storages only for those who may see the task.</summary>
    public static JobRead ToRead(WorkspaceId workspace, IWorkspaceView view, Job job, AnnotationTask task, UserDirectory users, Actor actor)
    {
        var project = view.ProjectOf(task);
        var seesTask = TaskPolicy.Table.Allows(actor, TaskPolicy.View, TaskPolicy.Facts(task, project) with { Members = Members.Of(workspace, view) });
        var data = task.Data;
        var replicas = job.Type == Job.Annotation ? task.InitialReplicas : 0;
        return new()
        {
            Url = $"{users.BaseUrl}/api/jobs/{job.Id}",
            Id = job.Id,
            TaskId = task.Id,
            TaskName = task.Name,
            ProjectId = project?.Id,
            ProjectName = project?.Name,
            Assignee = users.Basic(job.AssigneeId),
            AssigneeUpdatedDate = job.AssigneeUpdatedDate,
            GuideId = view.GuideIdOf(task, project),
            Dimension = data?.Dimension ?? "2d",
            Mode = data?.Mode ?? "",
            MediaType = data?.MediaType ?? "image",
            BugTracker = BugTracker(task, project),
            Status = job.Status,
            Stage = job.Stage,
            State = job.State,
            FrameCount = JobFrames.Of(job, task).Count,
            StartFrame = job.StartFrame,
            StopFrame = job.StopFrame,
            DataChunkSize = data?.ChunkSize,
            DataCompressedChunkType = job.Type == Job.GroundTruth ? "imageset" : data?.CompressedChunkType ?? "imageset",
            DataOriginalChunkType = data?.OriginalChunkType ?? "imageset",
            CreatedDate = job.CreatedDate,
            UpdatedDate = view.UpdatedDate(job, task, project),
            Type = job.Type,
            Organization = workspace.OrganizationId,
            SourceStorage = seesTask ? StorageRead.Of(task.SourceStorage) : null,
            TargetStorage = seesTask ? StorageRead.Of(task.TargetStorage) : null,
            ParentJobId = job.ParentJobId,
            ConsensusReplicas = replicas,
            ReplicasCount = replicas,
            Issues = new(view.Children<Issue>(Job.Kind, job.Key).Count, $"{users.BaseUrl}/api/issues?job_id={job.Id}"),
            Labels = new($"{users.BaseUrl}/api/labels?job_id={job.Id}"),
        };
    }

    private static string? BugTracker(AnnotationTask task, Project? project) =>
        task.BugTracker.Length > 0 ? task.BugTracker : project is { BugTracker.Length: > 0 } ? project.BugTracker : null;
}
