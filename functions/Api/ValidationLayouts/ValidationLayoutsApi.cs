using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.ValidationLayouts;

/// <summary>Validation layouts of tasks and jobs. Source: contract-data.md §7.</summary>
public sealed class ValidationLayoutsApi(Access access, ValidationLayoutService layouts)
{
    private const string TaskRoute = "api/tasks/{id:int}/validation_layout";
    private const string JobRoute = "api/jobs/{id:int}/validation_layout";

    /// <summary>The frames that a task is measured by, and what its honeypots show.</summary>
    [Function("tasks_retrieve_validation_layout")]
    public async Task<IActionResult> RetrieveOfTask([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = TaskRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.ValidationLayout, ct);
        return Wire.Json(ValidationLayoutRead.Of(found.Task), WireJson.Default.ValidationLayoutRead);
    }

    /// <summary>Disables validation frames, gives honeypots other pictures.</summary>
    [Function("tasks_partial_update_validation_layout")]
    public async Task<IActionResult> UpdateOfTask([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = TaskRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.ValidationLayout, ct);
        return Wire.Json(ValidationLayoutRead.Of(await layouts.UpdateAsync(req, found, ct)), WireJson.Default.ValidationLayoutRead);
    }

    /// <summary>What the honeypots of a job show; nothing where the task has none.</summary>
    [Function("jobs_retrieve_validation_layout")]
    public async Task<IActionResult> RetrieveOfJob([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = JobRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.ValidationLayout, ct);
        return Wire.Json(JobValidationLayoutRead.Of(found.Task, found.Job.Segment), WireJson.Default.JobValidationLayoutRead);
    }

    /// <summary>Gives the honeypots of a job other pictures.</summary>
    [Function("jobs_partial_update_validation_layout")]
    public async Task<IActionResult> UpdateOfJob([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = JobRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.ValidationLayout, ct);
        var task = await layouts.UpdateAsync(req, found, ct);
        return Wire.Json(JobValidationLayoutRead.Of(task, found.Job.Segment), WireJson.Default.JobValidationLayoutRead);
    }
}
