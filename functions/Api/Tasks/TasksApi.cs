using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>The tag <c>tasks</c>, without data, annotations and datasets.</summary>
public sealed class TasksApi(TaskService tasks, TaskUpdates updates, TaskStatuses statuses, Access access, DeleteTask deleteTask)
{
    private const string Many = "api/tasks";
    private const string One = "api/tasks/{id:int}";

    [Function("tasks_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await tasks.ListAsync(req, ct), WireJson.Default.TaskRead);

    [Function("tasks_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await tasks.CreateAsync(req, ct), WireJson.Default.TaskRead);

    [Function("tasks_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await tasks.ReadAsync(req, id, ct), WireJson.Default.TaskRead);

    [Function("tasks_partial_update")]
    public async Task<IActionResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var changed = await updates.RunAsync(req, id, client, ct);
        return Wire.Json(await tasks.MapAsync(req, changed.Workspace, changed.Task, ct), WireJson.Default.TaskRead);
    }

    [Function("tasks_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.Delete, ct);
        await deleteTask.RunAsync(found.Workspace, id, req.Actor().UserId, ct);
        return Wire.NoContent();
    }

    [Function("tasks_retrieve_status")]
    public async Task<IActionResult> Status([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/status")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        req.HttpContext.Response.Headers["Deprecation"] = "true";
        return Wire.Json(await statuses.ReadAsync(found, ct), WireJson.Default.TaskStatusRead);
    }
}
