using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>The tag <c>jobs</c>, without data, annotations and datasets.</summary>
public sealed class JobsApi(JobService jobs)
{
    private const string One = "api/jobs/{id:int}";

    [Function("jobs_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/jobs")] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await jobs.ListAsync(req, ct), WireJson.Default.JobRead);

    [Function("jobs_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/jobs")] HttpRequest req, CancellationToken ct) =>
        Wire.Json(await jobs.CreateAsync(req, ct), WireJson.Default.JobRead, StatusCodes.Status201Created);

    [Function("jobs_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await jobs.ReadAsync(req, id, ct), WireJson.Default.JobRead);

    [Function("jobs_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await jobs.UpdateAsync(req, id, ct), WireJson.Default.JobRead);

    [Function("jobs_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await jobs.DeleteAsync(req.Actor(), id, ct);
        return Wire.NoContent();
    }
}
