using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Formats.Model;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Datasets;

/// <summary>Gathers what files tell of a task or job.</summary>
public sealed class ExportContexts(Access access, AnnotationService annotations, IWorkspaces workspaces, IAccounts accounts)
{
    /// <summary>The context of a request's export.</summary>
    public async Task<ExportContext> CreateAsync(WorkRequest request, CancellationToken ct)
    {
        var found = await access.FindTaskAsync(request.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
        var (task, data) = (found.Task, found.Task.Data!);
        var jobs = await annotations.JobsAsync(found.Workspace, task.Id, request.JobId, ct);
        var job = request.JobId is null ? null : jobs.Count > 0 ? jobs[0] : throw CvatException.Rule("The job was deleted meanwhile.");
        var changed = await workspaces.ReadAsync(found.Workspace, view => view.LastChanged(AnnotationTask.Kind, task.Key), ct);
        var range = job is null ? new Segment(0, data.Size - 1) : new Segment(job.StartFrame, job.StopFrame);
        return new()
        {
            Scope = request.Target,
            Id = job?.Id ?? task.Id,
            TaskName = task.Name,
            Subset = task.Subset,
            Mode = data.Mode,
            Overlap = task.Overlap ?? 0,
            BugTracker = task.BugTracker,
            Created = job?.CreatedDate ?? task.CreatedDate,
            Updated = job?.UpdatedDate ?? (changed > task.UpdatedDate ? changed.Value : task.UpdatedDate),
            Dumped = request.CreatedDate,
            Size = range.FrameCount,
            StartFrame = data.StartFrame + (range.StartFrame * data.FrameStep),
            StopFrame = data.StartFrame + (range.StopFrame * data.FrameStep),
            FrameFilter = data.FrameFilter,
            Segments = [.. jobs.Where(candidate => job is null || candidate.Id == job.Id).Select(Segment)],
            Owner = await PersonAsync(task.OwnerId, ct),
            Assignee = await PersonAsync(job is null ? task.AssigneeId : job.AssigneeId, ct),
            Labels = await annotations.LabelsAsync(found.Workspace, task, ct),
        };

        ExportSegment Segment(Domain.Jobs.Job segment) => new(segment.Id, segment.StartFrame, segment.StopFrame, $"{request.BaseUrl}/api/jobs/{segment.Id}");
    }

    private async Task<ExportPerson?> PersonAsync(int? userId, CancellationToken ct) =>
        userId is { } id && await accounts.FindAsync(id, ct) is { } user ? new(user.Username, user.Email) : null;
}
