using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Users;

/// <summary>The tag <c>users</c>.</summary>
public sealed class UsersApi(UserService users)
{
    private const string One = "api/users/{id:int}";

    [Function("users_retrieve_self")]
    public async Task<IActionResult> Self([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/users/self")] HttpRequest req, CancellationToken ct) =>
        Wire.Json(await users.ReadAsync(req, req.Actor().UserId, ct), WireJson.Default.UserRead);

    [Function("users_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/users")] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await users.ListAsync(req, ct), WireJson.Default.UserRead);

    [Function("users_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await users.ReadAsync(req, id, ct), WireJson.Default.UserRead);

    [Function("users_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await users.RequireOwnAsync(req.Actor(), id, ct);
        return Wire.Json(await users.UpdateAsync(req, id, await Wire.FieldsAsync(req, partial: true, ct), ct), WireJson.Default.UserRead);
    }

    [Function("users_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await users.DeleteAsync(req.Actor(), id, ct);
        return Wire.NoContent();
    }
}
