using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Webhooks;

/// <summary>Sends one body to a webhook's target and says how that went. Source: contract-resources.md §5.2.</summary>
public sealed class WebhookSender(IOutboundHttp http, IWebhookStore store, ISequences sequences, TimeProvider time)
{
    private const int MaxResponseBytes = 256 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Sends; the delivery is not stored yet.</summary>
    /// <param name="webhook">Whom to.</param>
    /// <param name="name">The event.</param>
    /// <param name="body">The exact body, JSON.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="changedFields">Of an update.</param>
    /// <param name="isRedelivery">Somebody asked for it again.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<WebhookDelivery> SendAsync(Webhook webhook, string name, string body, int attempt, string changedFields, bool isRedelivery, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new OutboundRequest("POST", new Uri(webhook.TargetUrl))
        {
            Headers = await HeadersAsync(webhook.Id, bytes, ct),
            Body = bytes,
            Timeout = Timeout,
            IdleTimeout = Timeout,
            MaxBytes = MaxResponseBytes,
            VerifyTls = webhook.EnableSsl,
        };
        var (started, date) = (time.GetTimestamp(), time.GetUtcNow());
        var (status, response) = await ExchangeAsync(request, ct);
        return new()
        {
            Id = await sequences.NextAsync("webhook-delivery", 1, ct),
            WebhookId = webhook.Id,
            Event = name,
            StatusCode = status,
            Redelivery = isRedelivery,
            Attempt = attempt,
            DurationMs = (int)time.GetElapsedTime(started).TotalMilliseconds,
            CreatedDate = date,
            ChangedFields = changedFields,
            Request = body,
            Response = response,
        };
    }

    private async Task<List<KeyValuePair<string, string>>> HeadersAsync(int webhookId, byte[] body, CancellationToken ct)
    {
        List<KeyValuePair<string, string>> headers = [new("Content-Type", "application/json"), new("User-Agent", "CvatServerless webhooks")];
        if (await store.SecretAsync(webhookId, ct) is { } secret)
        {
            headers.Add(new("X-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}"));
        }

        return headers;
    }

    private async Task<(int Status, string Response)> ExchangeAsync(OutboundRequest request, CancellationToken ct)
    {
        try
        {
            await using var answer = await http.SendAsync(request, ct);
            return (answer.Status, await ReadAsync(answer.Body, ct));
        }
        catch (OutboundException e)
        {
            return (e.Failure == OutboundFailure.TimedOut ? 504 : 502, e.Message);
        }
    }

    private static async Task<string> ReadAsync(Stream body, CancellationToken ct)
    {
        try
        {
            using var reader = new StreamReader(body, Encoding.UTF8);
            return await reader.ReadToEndAsync(ct);
        }
        catch (OutboundException)
        {
            // The answer itself has arrived; its body is too long, or stopped.
            return "";
        }
    }
}
