using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.MergeConsensus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Consensus;

/// <summary>Starts merges of replicas into their annotation jobs. Source: contract-resources.md §6.</summary>
public sealed class ConsensusMerges(IWorkspaces workspaces, Access access, WorkRequests requests, TimeProvider time)
{
    /// <summary>Accepts a merge of a task's replicas or of one job's: 202 with its id; 409 with the id of the same one where that runs.</summary>
    /// <exception cref="CvatException">400: there is nothing to merge; 403, 404.</exception>
    internal async Task<IActionResult> StartAsync(HttpRequest req, DurableTaskClient client, CancellationToken ct)
    {
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var (taskId, jobId) = (fields.Int("task_id", min: 0).Value, fields.Int("job_id", min: 0).Value);
        if (fields.Errors.IsEmpty && taskId.HasValue == jobId.HasValue)
        {
            fields.Errors.Add(FieldErrors.NonField, "Exactly one of task_id or job_id must be specified");
        }

        fields.Errors.ThrowIfAny();
        var found = await FindAsync(req.Actor(), taskId, jobId, ct);
        var jobs = await workspaces.ReadAsync(found.Workspace, view => Mergeable(view.JobsOf(found.Task)), ct);
        Check(found.Task, jobs, jobId);
        var draft = Draft(found.Task, jobId, req.Actor().UserId);
        var parameters = new MergeParameters(jobId is { } only ? [only] : jobs);
        return Wire.Started(draft.Id, await requests.StartAsync(client, found.Workspace, draft, parameters, MergeJson.Default.MergeParameters, ct));
    }

    /// <summary>Annotation jobs that are being worked on and have a replica that was begun.</summary>
    private static List<int> Mergeable(IReadOnlyCollection<Job> jobs)
    {
        var voted = jobs.Where(job => job.ParentJobId is not null && job.HasBegun).Select(job => job.ParentJobId).ToHashSet();
        return [.. jobs.Where(job => job is { Type: Job.Annotation, Stage: "annotation" } && voted.Contains(job.Id)).Select(job => job.Id).Order()];
    }

    private static void Check(AnnotationTask task, List<int> jobs, int? jobId)
    {
        var problem = task switch
        {
            { InitialReplicas: 0 } => "Consensus is not enabled in this task",
            { Data: not null and not { Dimension: "2d" } } => "Merging is only supported in 2d tasks",
            _ when jobs.Count == 0 => "No annotation jobs in the annotation stage or no consensus_replica jobs not in the annotation - new state found",
            _ when jobId is { } id && !jobs.Contains(id) =>
                $"No annotated consensus jobs found for parent job {id}. Make sure at least one consensus job is not in the annotation - new state",
            _ => null,
        };
        if (problem is not null)
        {
            throw CvatException.Rule(problem);
        }
    }

    private async Task<FoundTask> FindAsync(Actor actor, int? taskId, int? jobId, CancellationToken ct)
    {
        var id = taskId ?? (await access.JobAsync(actor, jobId!.Value, null, ct)).Task.Id;
        return await access.TaskAsync(actor, id, TaskPolicy.MergeReplicas, ct);
    }

    private WorkRequest Draft(AnnotationTask task, int? jobId, int userId)
    {
        var target = jobId is null ? "task" : "job";
        var id = $"action=merge&target={target}&target_id={jobId ?? task.Id}";
        var instance = requests.NewInstanceId(id);
        return new()
        {
            Id = id,
            InstanceId = instance,
            Orchestrator = MergeConsensusOrchestrator.Name,
            Action = "merge",
            Target = target,
            ProjectId = task.ProjectId,
            TaskId = task.Id,
            JobId = jobId,
            InputBlob = MergeParameters.Blob(instance),
            OwnerId = userId,
            CreatedDate = time.GetUtcNow(),
        };
    }
}
