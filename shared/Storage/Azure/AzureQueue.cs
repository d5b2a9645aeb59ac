using Azure;
using Azure.Storage.Queues;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Azure;

/// <summary>Queue Storage.</summary>
internal sealed class AzureQueue(AzureClients clients) : IQueue
{
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);
    private readonly Ensured _ensured = new();

    /// <inheritdoc/>
    public async Task SendAsync(string queue, string text, TimeSpan delay, CancellationToken ct)
    {
        QueueRules.Check(queue, text);
        await RunAsync(queue, client => client.SendMessageAsync(text, delay, Forever, ct), ct);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int count, TimeSpan visibility, CancellationToken ct)
    {
        QueueRules.CheckCount(count);
        var messages = await RunAsync(queue, client => client.ReceiveMessagesAsync(count, visibility, ct), ct);
        return
        [
            .. messages.Value.Select(message =>
                new QueueItem(message.MessageId, message.PopReceipt, message.Body.ToString(), (int)message.DequeueCount, message.InsertedOn ?? default)),
        ];
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string queue, QueueItem item, CancellationToken ct)
    {
        try
        {
            await RunAsync(queue, client => client.DeleteMessageAsync(item.Id, item.Receipt, ct), ct);
            return true;
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<QueueItem?> ExtendAsync(string queue, QueueItem item, TimeSpan visibility, CancellationToken ct)
    {
        try
        {
            var updated = await RunAsync(queue, client => client.UpdateMessageAsync(item.Id, item.Receipt, item.Text, visibility, ct), ct);
            return item with { Receipt = updated.Value.PopReceipt };
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            return null;
        }
    }

    private static bool IsLost(RequestFailedException e) => e.Status == 404 || e.ErrorCode is "PopReceiptMismatch" or "MessageNotFound";

    private Task<T> RunAsync<T>(string queue, Func<QueueClient, Task<T>> call, CancellationToken ct) =>
        AzureErrors.RunAsync(
            async () =>
            {
                var client = clients.Queues.GetQueueClient(queue);
                await _ensured.EnsureAsync(queue, () => client.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None));
                return await call(client);
            },
            $"The queue {queue}",
            ct);
}
