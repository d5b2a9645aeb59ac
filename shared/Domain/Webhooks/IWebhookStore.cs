namespace CvatServerless.Domain.Webhooks;

/// <summary>How far a webhook has been told of its workspace's change log.</summary>
public sealed record WebhookState
{
    /// <summary>The position of the last change that is dealt with, or is being dealt with.</summary>
    public string Position { get; init; } = "";

    /// <summary>Events of the change behind <see cref="Position"/> that are dealt with; −1: it is dealt with entirely.</summary>
    public int Told { get; init; } = -1;

    /// <summary>Failed attempts at the next event.</summary>
    public int Failures { get; init; }

    /// <summary>The delivery that failed, whose body is sent again.</summary>
    public int? RetryOf { get; init; }

    /// <summary>No attempt before this.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Since when nothing has arrived; null: the last one did.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Deliveries so far.</summary>
    public int Deliveries { get; init; }

    /// <summary>The status of the last one.</summary>
    public int? LastStatus { get; init; }

    /// <summary>When the last one was.</summary>
    public DateTimeOffset? LastDeliveryDate { get; init; }
}

/// <summary>One attempt to tell of one event.</summary>
public sealed record WebhookDelivery
{
    /// <summary>Unique over all webhooks.</summary>
    public required int Id { get; init; }

    /// <summary>Of which webhook.</summary>
    public required int WebhookId { get; init; }

    /// <summary>A key of <see cref="WebhookEvents"/>, or <c>ping</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The target's answer; 502 where there was no connection, 504 where it took too long.</summary>
    public required int StatusCode { get; init; }

    /// <summary>Whether somebody asked for it again.</summary>
    public bool Redelivery { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>How long the exchange took.</summary>
    public required int DurationMs { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>Changed fields of an update, joined by commas.</summary>
    public string ChangedFields { get; init; } = "";

    /// <summary>The exact body that was sent, JSON.</summary>
    public required string Request { get; init; }

    /// <summary>The answer's body; empty where it is long.</summary>
    public string Response { get; init; } = "";

    /// <summary>Whether it arrived.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsSuccess => StatusCode is >= 200 and <= 299;

    /// <summary>Whether a later attempt may do better.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsWorthRetrying => StatusCode is >= 500 or 408 or 429;
}

/// <summary>Secrets, progress and deliveries of webhooks, beside the workspaces.</summary>
public interface IWebhookStore
{
    /// <summary>The secret that signs; null: none.</summary>
    Task<string?> SecretAsync(int webhookId, CancellationToken ct);

    /// <summary>Sets or removes the secret.</summary>
    Task SetSecretAsync(int webhookId, string? secret, CancellationToken ct);

    /// <summary>The progress with its ETag; null where the webhook is new.</summary>
    Task<(WebhookState State, string ETag)?> StateAsync(int webhookId, CancellationToken ct);

    /// <summary>Stores the progress, and a delivery, in one transaction.</summary>
    /// <exception cref="Ports.StoreConflictException">Somebody else moved it.</exception>
    /// <returns>The new ETag.</returns>
    Task<string> SaveAsync(int webhookId, WebhookState state, string? etag, WebhookDelivery? delivery, CancellationToken ct);

    /// <summary>Deliveries, the newest first.</summary>
    IAsyncEnumerable<WebhookDelivery> DeliveriesAsync(int webhookId, CancellationToken ct);

    /// <summary>One delivery, or null.</summary>
    Task<WebhookDelivery?> DeliveryAsync(int webhookId, int id, CancellationToken ct);

    /// <summary>Forgets everything of a webhook; safe to repeat.</summary>
    Task RemoveAsync(int webhookId, CancellationToken ct);
}
