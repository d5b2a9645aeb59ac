using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Live;

/// <summary>Live updates, an extension of this product.</summary>
public sealed class LiveApi(LiveService live)
{
    [Function("live_retrieve")]
    public Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/live")] HttpRequest req, CancellationToken ct) => live.ReadAsync(req, ct);
}
