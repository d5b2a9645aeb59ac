using System.Security.Cryptography;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>Ground-truth jobs: a job over chosen frames of a task, which the others are measured by. The only ones that are made and removed by themselves.</summary>
public sealed class GroundTruthJobs(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, Access access, Assignments assignments, DeleteJob deleteJob, TimeProvider time)
{
    private static readonly string[] Types = [Job.Annotation, Job.GroundTruth, "consensus_replica", Job.Replica];
    private static readonly string[] Methods = ["random_uniform", "random_per_job", "manual"];

    /// <summary>Makes one (<c>jobs_create</c>).</summary>
    /// <exception cref="CvatException">400, 403, 404.</exception>
    internal async Task<FoundJob> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var type = fields.Choice("type", Types, required: true);
        var taskId = fields.Int("task_id", min: 0, required: true, allowNull: false);
        var assignee = fields.Int("assignee", min: 0);
        var selection = Selection(fields);
        fields.Errors.ThrowIfAny();
        if (type.Value != Job.GroundTruth)
        {
            throw CvatException.Rule($"Unexpected job type '{type.Value}'");
        }

        var found = await access.TaskAsync(actor, taskId.Value!.Value, null, ct);
        JobPolicy.Table.Check(actor, JobPolicy.Create, found.Facts);
        await assignments.CheckAsync(actor, found.Workspace, assignee.Value, ct);
        await assignments.AdmitAsync(found.Workspace, assignee.Value, ct);
        var id = await sequences.NextAsync(Job.Kind, 1, ct);
        await locators.AddAsync(found.Workspace, Job.Kind, [EntityKey.Of(id)], ct);
        await ConflictRetry.RunAsync(() => CommitAsync(found, selection, id, assignee.Value, actor.UserId, ct));
        return await access.FindJobAsync(id, ct) ?? throw CvatException.NotFound();
    }

    /// <summary>Removes one with its annotations (<c>jobs_destroy</c>).</summary>
    internal async Task DeleteAsync(FoundJob found, int actorId, CancellationToken ct)
    {
        // First, so that a crash leaves a job that can be deleted again, not a task that can't have another one.
        var now = time.GetUtcNow();
        await workspaces.UpdateAsync<AnnotationTask>(
            found.Workspace,
            found.Task.Key,
            actorId,
            task => task.Validation?.JobId == found.Job.Id ? task with { Validation = null, UpdatedDate = now } : task,
            ct);
        await deleteJob.RunAsync(found.Workspace, found.Job.Key, actorId, ct);
    }

    private static ValidationFrames Selection(FieldReader fields)
    {
        var seed = fields.Int("random_seed", min: 0).Value ?? fields.Int("seed", min: 0).Value ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var selection = new ValidationFrames(
            fields.Choice("frame_selection_method", Methods).Or("random_uniform")!,
            fields.Int("frame_count", min: 1).Value,
            fields.Number("frame_share", min: 0, max: 1).Value,
            fields.Int("frames_per_job_count", min: 1).Value,
            fields.Number("frames_per_job_share", min: 0, max: 1).Value,
            fields.Ints("frames") ?? [],
            seed);
        var (count, share, names) = selection.Method switch
        {
            "random_uniform" => (selection.Count is not null, selection.Share is not null, "frame_count or frame_share"),
            "random_per_job" => (selection.CountPerJob is not null, selection.SharePerJob is not null, "frames_per_job_count or frames_per_job_share"),
            _ => (true, false, ""),
        };
        if (count == share)
        {
            fields.Errors.Add(FieldErrors.NonField, $"Exactly one of {names} must be specified");
        }

        return selection;
    }

    private async Task<bool> CommitAsync(FoundTask found, ValidationFrames selection, int id, int? assigneeId, int actorId, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<AnnotationTask>(found.Workspace, found.Task.Key, ct) ?? throw CvatException.NotFound();
        var data = read.Value.Data ?? throw CvatException.Rule("This task does not have data attached yet. Please set up task data and try again");
        if (data.Dimension != "2d")
        {
            throw CvatException.Rule("Ground Truth jobs can only be added in 2d tasks");
        }

        if (read.Value.Validation is not null)
        {
            throw CvatException.Rule("A task can have only 1 ground truth job");
        }

        var segments = await workspaces.ReadAsync(
            found.Workspace,
            view => view.JobsOf(read.Value).Where(job => job.Type == Job.Annotation).OrderBy(job => job.StartFrame).Select(job => new Segment(job.StartFrame, job.StopFrame)).ToList(),
            ct);
        var frames = selection.Choose(data.Size, segments);
        var now = time.GetUtcNow();
        var job = new Job
        {
            Id = id,
            TaskId = read.Value.Id,
            ProjectId = read.Value.ProjectId,
            Type = Job.GroundTruth,
            AssigneeId = assigneeId,
            AssigneeUpdatedDate = assigneeId is null ? null : now,
            StartFrame = 0,
            StopFrame = data.Size - 1,
            CreatedDate = now,
            UpdatedDate = now,
        };
        var task = read.Value with { Validation = new(id, frames, []), UpdatedDate = now };
        await workspaces.CommitAsync(found.Workspace, new ChangeSet(actorId).Create(job).Update(read, task), ct);
        return true;
    }
}
