using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Guides;

/// <summary>The tags <c>guides</c> and <c>assets</c>.</summary>
public sealed class GuidesApi(GuideService guides, AssetService assets)
{
    private const string OneGuide = "api/guides/{id:int}";
    private const string OneAsset = "api/assets/{uuid:guid}";

    [Function("guides_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/guides")] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await guides.CreateAsync(req, ct), WireJson.Default.GuideRead);

    [Function("guides_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneGuide)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await guides.ReadAsync(req, id, ct), WireJson.Default.GuideRead);

    [Function("guides_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = OneGuide)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await guides.UpdateAsync(req, id, ct), WireJson.Default.GuideRead);

    [Function("guides_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = OneGuide)] HttpRequest req, int id, CancellationToken ct)
    {
        await guides.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }

    [Function("assets_create")]
    public async Task<IActionResult> CreateAsset([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/assets")] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await assets.CreateAsync(req, ct), WireJson.Default.AssetRead);

    [Function("assets_retrieve")]
    public Task<IActionResult> RetrieveAsset([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneAsset)] HttpRequest req, Guid uuid, CancellationToken ct) =>
        assets.ReadAsync(req, uuid, ct);

    [Function("assets_destroy")]
    public async Task<IActionResult> DestroyAsset([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = OneAsset)] HttpRequest req, Guid uuid, CancellationToken ct)
    {
        await assets.DeleteAsync(req, uuid, ct);
        return Wire.NoContent();
    }
}
