using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>The tag <c>webhooks</c>.</summary>
public sealed class WebhooksApi
{
    [Function("webhooks_retrieve_events")]
    public IActionResult Events([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/webhooks/events")] HttpRequest req) => Wire.Json(
        WebhookEventsRead.Of(req.QueryText("type") ?? "all") ?? throw CvatException.Text("Incorrect value of type parameter"),
        WireJson.Default.WebhookEventsRead);
}
