using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>The tag <c>cloudstorages</c>.</summary>
public sealed class CloudStoragesApi(CloudStorageService storages, CloudStorageContent content, ManifestRequests manifests)
{
    private const string Many = "api/cloudstorages";
    private const string One = "api/cloudstorages/{id:int}";

    [Function("cloudstorages_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await storages.ListAsync(req, ct), WireJson.Default.CloudStorageRead);

    [Function("cloudstorages_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await storages.CreateAsync(req, ct), WireJson.Default.CloudStorageRead);

    [Function("cloudstorages_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await storages.ReadAsync(req, id, ct), WireJson.Default.CloudStorageRead);

    [Function("cloudstorages_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await storages.UpdateAsync(req, id, ct), WireJson.Default.CloudStorageRead);

    [Function("cloudstorages_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await storages.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }

    [Function("cloudstorages_retrieve_status")]
    public Task<IActionResult> Status([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/status")] HttpRequest req, int id, CancellationToken ct) =>
        content.StatusAsync(req, id, ct);

    [Function("cloudstorages_retrieve_actions")]
    public Task<IActionResult> Actions([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/actions")] HttpRequest req, int id, CancellationToken ct) =>
        content.ActionsAsync(req, id, ct);

    [Function("cloudstorages_retrieve_content_v2")]
    public Task<IActionResult> Content([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/content-v2")] HttpRequest req, int id, CancellationToken ct) =>
        content.ContentAsync(req, id, ct);

    [Function("cloudstorages_retrieve_preview")]
    public Task<IActionResult> Preview([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/preview")] HttpRequest req, int id, CancellationToken ct) =>
        content.PreviewAsync(req, id, ct);

    /// <summary>Beyond CVAT: has a manifest of the bucket's pictures written into it.</summary>
    [Function("cloudstorages_create_manifest")]
    public Task<IActionResult> WriteManifest(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/manifest")] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        manifests.StartAsync(req, id, client, ct);
}
