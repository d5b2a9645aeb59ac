namespace CvatServerless.Domain.Ports;

/// <summary>Azure Queue Storage as far as this product uses it: at least once, no order, ≤ 48 KiB of text a message (64 KiB after base64).</summary>
public interface IQueue
{
    /// <summary>Adds a message that can be received after <paramref name="delay"/>; the queue is made where it is missing.</summary>
    Task SendAsync(string queue, string text, TimeSpan delay, CancellationToken ct);

    /// <summary>Takes up to <paramref name="count"/> (≤ 32) messages, which stay hidden from others for <paramref name="visibility"/>.</summary>
    Task<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int count, TimeSpan visibility, CancellationToken ct);

    /// <summary>Removes a received message; false where its receipt is no longer valid (somebody else has it).</summary>
    Task<bool> DeleteAsync(string queue, QueueItem item, CancellationToken ct);

    /// <summary>Hides a received message for longer; returns it with its new receipt, or null where the receipt is no longer valid.</summary>
    Task<QueueItem?> ExtendAsync(string queue, QueueItem item, TimeSpan visibility, CancellationToken ct);
}

/// <summary>A received message. <see cref="DequeueCount"/> counts from 1.</summary>
public sealed record QueueItem(string Id, string Receipt, string Text, int DequeueCount, DateTimeOffset Inserted);
