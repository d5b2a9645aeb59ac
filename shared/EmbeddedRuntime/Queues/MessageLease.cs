namespace CvatServerless.EmbeddedRuntime.Queues;

/// <summary>Keeps a taken message hidden while its function runs.</summary>
internal sealed class MessageLease : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewal;
    private string _receipt;

    public MessageLease(IQueueBackend backend, string queue, QueueItem item, TimeSpan lease, TimeProvider time)
    {
        _receipt = item.PopReceipt;
        _renewal = RenewAsync(backend, queue, item.Id, lease, time);
    }

    /// <summary>Ends the renewal; the message's last receipt.</summary>
    public async Task<string> EndAsync()
    {
        await _end.CancelAsync();
        await _renewal;
        return _receipt;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task RenewAsync(IQueueBackend backend, string queue, string id, TimeSpan lease, TimeProvider time)
    {
        try
        {
            while (true)
            {
                await Task.Delay(lease / 2, time, _end.Token);
                if (await backend.HideAsync(queue, id, _receipt, lease, _end.Token) is not { } receipt)
                {
                    return; // somebody else has it: the deletion will fail, too
                }

                _receipt = receipt;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
