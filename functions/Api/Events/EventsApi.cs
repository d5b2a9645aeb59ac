using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Events;

/// <summary>The tag <c>events</c>.</summary>
public sealed class EventsApi(EventService events)
{
    [Function("events_create")]
    public Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/events")] HttpRequest req, CancellationToken ct) => events.CreateAsync(req, ct);

    [Function("events_create_export")]
    public async Task<IActionResult> Export(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/events/export")] HttpRequest req, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        Wire.Started((await events.StartAsync(req, client, ct)).Id, isAccepted: true);

    /// <summary>Downloads a finished export (not in the contract's document: clients follow <c>result_url</c>).</summary>
    [Function("events_download")]
    public Task<IActionResult> Download([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/events/download")] HttpRequest req, CancellationToken ct) =>
        events.DownloadAsync(req.Actor(), req.QueryText("rq_id"), ct);

    /// <summary>The way of earlier clients: 202 with a <c>query_id</c>, 202 while it runs, 201 once it is there, 200 with the file for <c>action=download</c>.</summary>
    [Function("events_list")]
    public async Task<IActionResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/events")] HttpRequest req, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        if (req.QueryText("query_id") is not { } id)
        {
            var started = await events.StartAsync(req, client, ct);
            return Wire.Json(new EventsQueryRead(started.Id), WireJson.Default.EventsQueryRead, StatusCodes.Status202Accepted);
        }

        if (req.QueryText("action") == "download")
        {
            return await events.DownloadAsync(req.Actor(), id, ct);
        }

        return await events.FindAsync(req.Actor(), id, ct) switch
        {
            null => Wire.Text("Unknown query_id", StatusCodes.Status404NotFound),
            { Status: "finished" } => Wire.Empty(StatusCodes.Status201Created),
            { Status: "failed", Message: var message } => Wire.Text(message, StatusCodes.Status500InternalServerError),
            _ => Wire.Empty(StatusCodes.Status202Accepted),
        };
    }
}
