using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Datasets;

/// <summary>Exports of tasks and jobs.</summary>
public sealed class DatasetsApi(Access access, DatasetExport export)
{
    /// <summary>Starts the export of a task.</summary>
    [Function("tasks_create_dataset_export")]
    public async Task<IActionResult> ExportTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/tasks/{id:int}/dataset/export")] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        return await export.StartAsync(req, found.Workspace, "task", found.Task, null, client, ct);
    }

    /// <summary>Starts the export of a job.</summary>
    [Function("jobs_create_dataset_export")]
    public async Task<IActionResult> ExportJob(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/jobs/{id:int}/dataset/export")] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.View, ct);
        return await export.StartAsync(req, found.Workspace, "job", found.Task, id, client, ct);
    }

    /// <summary>Downloads a task's finished export (not in the contract's document: clients follow <c>result_url</c>).</summary>
    [Function("tasks_download_dataset")]
    public async Task<IActionResult> DownloadTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/tasks/{id:int}/dataset/download")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        return await export.DownloadAsync(req, found.Workspace, "task", id, ct);
    }

    /// <summary>Downloads a job's finished export.</summary>
    [Function("jobs_download_dataset")]
    public async Task<IActionResult> DownloadJob(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/jobs/{id:int}/dataset/download")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.View, ct);
        return await export.DownloadAsync(req, found.Workspace, "job", id, ct);
    }
}
