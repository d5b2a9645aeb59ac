using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Labels;

/// <summary>The tag <c>labels</c>.</summary>
public sealed class LabelsApi(LabelService labels)
{
    private const string One = "api/labels/{id:int}";

    [Function("labels_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/labels")] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await labels.ListAsync(req, ct), WireJson.Default.LabelRead);

    [Function("labels_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await labels.ReadAsync(req, id, ct), WireJson.Default.LabelRead);

    [Function("labels_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await labels.UpdateAsync(req, id, ct), WireJson.Default.LabelRead);

    [Function("labels_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await labels.DeleteAsync(req.Actor(), id, ct);
        return Wire.NoContent();
    }
}
