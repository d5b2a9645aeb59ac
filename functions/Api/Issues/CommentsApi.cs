using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>The tag <c>comments</c>.</summary>
public sealed class CommentsApi(CommentService comments)
{
    private const string Many = "api/comments";
    private const string One = "api/comments/{id:int}";

    [Function("comments_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await comments.ListAsync(req, ct), WireJson.Default.CommentRead);

    [Function("comments_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await comments.CreateAsync(req, ct), WireJson.Default.CommentRead);

    [Function("comments_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await comments.ReadAsync(req, id, ct), WireJson.Default.CommentRead);

    [Function("comments_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await comments.UpdateAsync(req, id, ct), WireJson.Default.CommentRead);

    [Function("comments_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await comments.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }
}
