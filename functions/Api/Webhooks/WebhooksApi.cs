using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>The tag <c>webhooks</c>.</summary>
public sealed class WebhooksApi(WebhookService webhooks)
{
    private const string Many = "api/webhooks";
    private const string One = "api/webhooks/{id:int}";
    private const string Delivery = One + "/deliveries/{deliveryId:int}";

    [Function("webhooks_retrieve_events")]
    public IActionResult Events([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/webhooks/events")] HttpRequest req) => Wire.Json(
        WebhookEventsRead.Of(req.QueryText("type") ?? "all") ?? throw CvatException.Text("Incorrect value of type parameter"),
        WireJson.Default.WebhookEventsRead);

    [Function("webhooks_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await webhooks.ListAsync(req, ct), WireJson.Default.WebhookRead);

    [Function("webhooks_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await webhooks.CreateAsync(req, ct), WireJson.Default.WebhookRead);

    [Function("webhooks_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await webhooks.ReadAsync(req, id, ct), WireJson.Default.WebhookRead);

    [Function("webhooks_update")]
    public async Task<IActionResult> Replace([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await webhooks.UpdateAsync(req, id, isPartial: false, ct), WireJson.Default.WebhookRead);

    [Function("webhooks_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await webhooks.UpdateAsync(req, id, isPartial: true, ct), WireJson.Default.WebhookRead);

    [Function("webhooks_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await webhooks.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }

    [Function("webhooks_create_ping")]
    public async Task<IActionResult> Ping([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/ping")] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await webhooks.PingAsync(req, id, ct), WireJson.Default.WebhookDeliveryRead);

    [Function("webhooks_list_deliveries")]
    public async Task<IActionResult> Deliveries([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/deliveries")] HttpRequest req, int id, CancellationToken ct) =>
        Paging.Write(req, await webhooks.DeliveriesAsync(req, id, ct), WireJson.Default.WebhookDeliveryRead);

    [Function("webhooks_retrieve_deliveries")]
    public async Task<IActionResult> RetrieveDelivery(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Delivery)] HttpRequest req, int id, int deliveryId, CancellationToken ct) =>
        Wire.Json(await webhooks.DeliveryAsync(req, id, deliveryId, ct), WireJson.Default.WebhookDeliveryRead);

    [Function("webhooks_create_deliveries_redelivery")]
    public async Task<IActionResult> Redeliver(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Delivery + "/redelivery")] HttpRequest req, int id, int deliveryId, CancellationToken ct)
    {
        await webhooks.RedeliverAsync(req, id, deliveryId, ct);
        return Wire.Text("{}", StatusCodes.Status200OK, "application/vnd.cvat+json");
    }
}
