using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>The tag <c>auth</c>: personal access tokens.</summary>
public sealed class AccessTokensApi(AccessTokenService tokens)
{
    private const string One = "api/auth/access_tokens/{id:int}";

    [Function("auth_create_access_tokens")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/access_tokens")] HttpRequest req, CancellationToken ct)
    {
        var write = AuthRules.AccessToken(await Wire.FieldsAsync(req, partial: false, ct));
        var (token, value) = await tokens.CreateAsync(req.Actor(), write, ct);
        return Wire.Created(await tokens.ToReadAsync(req, token, value, ct), WireJson.Default.AccessTokenRead);
    }

    [Function("auth_list_access_tokens")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/access_tokens")] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await tokens.ListAsync(req, ct), WireJson.Default.AccessTokenRead);

    [Function("auth_retrieve_access_tokens")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await tokens.ToReadAsync(req, await tokens.FindAsync(req.Actor(), id, ct), null, ct), WireJson.Default.AccessTokenRead);

    [Function("auth_retrieve_access_tokens_self")]
    public async Task<IActionResult> Self([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/access_tokens/self")] HttpRequest req, CancellationToken ct) =>
        Wire.Json(await tokens.ToReadAsync(req, await tokens.CurrentAsync(req, ct), null, ct), WireJson.Default.AccessTokenRead);

    [Function("auth_partial_update_access_tokens")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await tokens.FindAsync(req.Actor(), id, ct);
        var write = AuthRules.AccessToken(await Wire.FieldsAsync(req, partial: true, ct));
        return Wire.Json(await tokens.ToReadAsync(req, await tokens.UpdateAsync(req.Actor(), id, write, ct), null, ct), WireJson.Default.AccessTokenRead);
    }

    [Function("auth_destroy_access_tokens")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await tokens.RevokeAsync(req.Actor(), id, ct);
        return Wire.NoContent();
    }
}
