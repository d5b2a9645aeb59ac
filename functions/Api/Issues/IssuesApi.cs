using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>The tag <c>issues</c>.</summary>
public sealed class IssuesApi(IssueService issues)
{
    private const string Many = "api/issues";
    private const string One = "api/issues/{id:int}";

    [Function("issues_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await issues.ListAsync(req, ct), WireJson.Default.IssueRead);

    [Function("issues_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await issues.CreateAsync(req, ct), WireJson.Default.IssueRead);

    [Function("issues_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await issues.ReadAsync(req, id, ct), WireJson.Default.IssueRead);

    [Function("issues_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await issues.UpdateAsync(req, id, ct), WireJson.Default.IssueRead);

    [Function("issues_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await issues.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }
}
