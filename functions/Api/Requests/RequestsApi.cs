using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Requests;

/// <summary>The tag <c>requests</c>.</summary>
public sealed class RequestsApi(RequestService requests)
{
    [Function("requests_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/requests")] HttpRequest req, CancellationToken ct)
    {
        req.ForbidCaching();
        return Paging.Write(req, await requests.ListAsync(req, ct), WireJson.Default.RequestRead);
    }

    [Function("requests_retrieve")]
    public async Task<IActionResult> Retrieve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/requests/{id}")] HttpRequest req, string id, CancellationToken ct)
    {
        req.ForbidCaching();
        return Wire.Json(await requests.ReadAsync(req, id, ct), WireJson.Default.RequestRead);
    }

    [Function("requests_create_cancel")]
    public async Task<IActionResult> Cancel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/requests/{id}/cancel")] HttpRequest req, string id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        req.ForbidCaching();
        var instanceId = await requests.CancelAsync(req.Actor(), id, ct);
        if (instanceId is not null && await client.GetInstanceAsync(instanceId, ct) is { IsCompleted: false }) // a crash may have come before it was scheduled
        {
            await client.TerminateInstanceAsync(instanceId, "cancelled", ct);
        }

        return Wire.Empty();
    }
}
