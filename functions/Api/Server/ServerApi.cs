using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Server;

/// <summary>The tag <c>server</c>.</summary>
public sealed class ServerApi(Health health, ShareListing share)
{
    /// <summary>The release of the official client whose contract is spoken; the client warns about others.</summary>
    internal const string ContractVersion = "2.80.0";

    [Function("server_retrieve_about")]
    public IActionResult About([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/server/about")] HttpRequest req) =>
        Wire.Json(
            new AboutRead("CvatServerless", "A serverless annotation workspace that speaks CVAT's API.", ContractVersion, req.BaseUrl() + "/logo.svg", "Annotation workspace"),
            WireJson.Default.AboutRead);

    [Function("server_retrieve_plugins")]
    public IActionResult Plugins([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/server/plugins")] HttpRequest req) =>
        Wire.Json(new PluginsRead(Analytics: false, Models: false), WireJson.Default.PluginsRead);

    [Function("server_retrieve_annotation_formats")]
    public IActionResult Formats([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/server/annotation/formats")] HttpRequest req) =>
        Wire.Json(FormatMapping.ToRead(), WireJson.Default.FormatsRead);

    [Function("server_list_share")]
    public IActionResult Share([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/server/share")] HttpRequest req) =>
        Wire.Json(share.List(req.Actor(), req.QueryText("directory") ?? "/", req.QueryText("search") ?? ""), WireJson.Default.IReadOnlyListFileRead);

    [Function("server_retrieve_health")]
    public async Task<IActionResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/server/health")] HttpRequest req, CancellationToken ct)
    {
        req.ForbidCaching();
        var checks = await health.CheckAsync(ct);
        var status = checks.Values.All(state => state == Health.Working) ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        return Wire.Json(checks, WireJson.Default.DictionaryStringString, status);
    }
}
