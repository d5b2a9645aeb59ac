namespace CvatServerless.EmbeddedRuntime.Queues;

/// <summary>A message that has been taken from a queue for a time. <see cref="Text"/> is as sent (base64 where the host's encoding says so).</summary>
public sealed record QueueItem(
    string Id, string Text, string PopReceipt, int DequeueCount, DateTimeOffset InsertedAt, DateTimeOffset ExpiresAt, DateTimeOffset NextVisibleAt);

/// <summary>
/// Queues with the semantics of Azure Storage queues: a taken message is hidden for a time and comes back unless it is deleted, so
/// delivery is at least once and in no order. The app may register another one than SQLite's; queues come into being with their first message.
/// </summary>
public interface IQueueBackend
{
    /// <summary>Puts a message on a queue.</summary>
    Task SendAsync(string queue, string text, CancellationToken cancellationToken);

    /// <summary>Takes up to <paramref name="count"/> messages, hides them for <paramref name="visibility"/> and counts them as dequeued once more.</summary>
    Task<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int count, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>Deletes a message; false where the receipt is no longer the last one.</summary>
    Task<bool> DeleteAsync(string queue, string id, string popReceipt, CancellationToken cancellationToken);

    /// <summary>Hides a taken message for another time from now (zero: it can be taken at once); the new receipt, or null where the old one is no longer the last one.</summary>
    Task<string?> HideAsync(string queue, string id, string popReceipt, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>Ends when there may be a message to take: one was sent in this process, or <paramref name="atMost"/> has passed.</summary>
    Task WaitAsync(string queue, TimeSpan atMost, CancellationToken cancellationToken);
}
