using CvatServerless.Domain.Projects;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>The tag <c>projects</c>.</summary>
public sealed class ProjectsApi(ProjectService projects, ProjectPreviews previews, Access access, DeleteProject deleteProject)
{
    private const string Many = "api/projects";
    private const string One = "api/projects/{id:int}";

    [Function("projects_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await projects.ListAsync(req, ct), WireJson.Default.ProjectRead);

    [Function("projects_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await projects.CreateAsync(req, ct), WireJson.Default.ProjectRead);

    [Function("projects_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await projects.ReadAsync(req, id, ct), WireJson.Default.ProjectRead);

    [Function("projects_partial_update")]
    public async Task<IActionResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        Wire.Json(await projects.UpdateAsync(req, id, client, ct), WireJson.Default.ProjectRead);

    [Function("projects_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.ProjectAsync(req.Actor(), id, ProjectPolicy.Delete, ct);
        await deleteProject.RunAsync(found.Workspace, id, req.Actor().UserId, ct);
        return Wire.NoContent();
    }

    [Function("projects_retrieve_preview")]
    public async Task<IActionResult> Preview([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/preview")] HttpRequest req, int id, CancellationToken ct) =>
        await previews.ReadAsync(req, await access.ProjectAsync(req.Actor(), id, ProjectPolicy.View, ct), ct);
}
