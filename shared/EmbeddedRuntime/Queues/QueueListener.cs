using System.Globalization;
using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Queues;

/// <summary>What host.json says of queues. Source: WebJobs' QueuesOptions and its defaults.</summary>
internal sealed record QueueOptions(TimeSpan MaxPollingInterval, TimeSpan VisibilityTimeout, int BatchSize, int NewBatchThreshold, int MaxDequeueCount, bool IsBase64)
{
    public static QueueOptions From(HostSettings settings)
    {
        var batch = settings.Number("extensions:queues:batchSize", 16);
        return new QueueOptions(
            settings.Duration("extensions:queues:maxPollingInterval", TimeSpan.FromMinutes(1)),
            settings.Duration("extensions:queues:visibilityTimeout", TimeSpan.Zero),
            batch,
            settings.Number("extensions:queues:newBatchThreshold", Math.Max(1, batch / 2 * Environment.ProcessorCount)),
            settings.Number("extensions:queues:maxDequeueCount", 5),
            QueueText.IsBase64(settings));
    }
}

/// <summary>
/// Takes messages from one queue and runs its function for each: several at a time, tried again when it fails, moved to
/// <c>&lt;queue&gt;-poison</c> after the last try.
/// </summary>
internal sealed partial class QueueListener(
    FunctionDescriptor function, string queue, QueueOptions options, IQueueBackend backend, IFunctionInvoker invoker, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>How long a message is hidden while its function runs; renewed at half of it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var room = new SemaphoreSlim(options.BatchSize + options.NewBatchThreshold);
        var running = new HashSet<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await room.WaitAsync(stoppingToken);
                room.Release();
                var items = await backend.ReceiveAsync(queue, Math.Min(options.BatchSize, room.CurrentCount), Lease, stoppingToken);
                foreach (var item in items)
                {
                    await room.WaitAsync(stoppingToken);
                    running.Add(ProcessAsync(item, room));
                }

                running.RemoveWhere(task => task.IsCompleted);
                if (items.Count == 0)
                {
                    await backend.WaitAsync(queue, options.MaxPollingInterval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is not StartupException)
            {
                LogQueueFailed(queue, e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }

        await Task.WhenAll(running);
    }

    private async Task ProcessAsync(QueueItem item, SemaphoreSlim room)
    {
        await Task.Yield();
        try
        {
            await using var lease = new MessageLease(backend, queue, item, Lease, time);
            if (QueueText.Decode(item.Text, options.IsBase64) is not { } text)
            {
                LogUndecodable(item.Id, queue);
                await PoisonAsync(item, await lease.EndAsync());
                return;
            }

            var isDone = await TryRunAsync(item, text);
            var receipt = await lease.EndAsync();
            if (isDone)
            {
                await backend.DeleteAsync(queue, item.Id, receipt, CancellationToken.None);
            }
            else if (item.DequeueCount >= options.MaxDequeueCount)
            {
                LogPoison(queue, item.DequeueCount, queue);
                await PoisonAsync(item, receipt);
            }
            else
            {
                await backend.HideAsync(queue, item.Id, receipt, options.VisibilityTimeout, CancellationToken.None);
            }
        }
        catch (Exception e) // the message comes back when its lease ends
        {
            LogQueueFailed(queue, e);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<bool> TryRunAsync(QueueItem item, string text)
    {
        var id = Guid.NewGuid().ToString();
        try
        {
            await invoker.InvokeAsync(function, new InvocationInput { InvocationId = id, TriggerValue = text, BindingData = DataOf(item, text) }, CancellationToken.None);
            return true;
        }
        catch (Exception e)
        {
            LogFailed(function.Name, id, e);
            return false;
        }
    }

    private async Task PoisonAsync(QueueItem item, string receipt)
    {
        await backend.SendAsync(queue + "-poison", item.Text, CancellationToken.None);
        await backend.DeleteAsync(queue, item.Id, receipt, CancellationToken.None);
    }

    private static Dictionary<string, object?> DataOf(QueueItem item, string text) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["QueueTrigger"] = text,
        ["Id"] = item.Id,
        ["PopReceipt"] = item.PopReceipt,
        ["DequeueCount"] = item.DequeueCount.ToString(CultureInfo.InvariantCulture),
        ["InsertionTime"] = item.InsertedAt.ToString("O", CultureInfo.InvariantCulture),
        ["ExpirationTime"] = item.ExpiresAt.ToString("O", CultureInfo.InvariantCulture),
        ["NextVisibleTime"] = item.NextVisibleAt.ToString("O", CultureInfo.InvariantCulture),
    };

    [LoggerMessage(5010, LogLevel.Error, "Executed 'Functions.{Function}' (Failed, Id={InvocationId})")]
    private partial void LogFailed(string function, string invocationId, Exception exception);

    [LoggerMessage(5011, LogLevel.Warning, "A message of queue '{Queue}' has been tried {Count} times and is moved to '{PoisonOf}-poison'")]
    private partial void LogPoison(string queue, int count, string poisonOf);

    [LoggerMessage(5012, LogLevel.Warning, "Message {Id} of queue '{Queue}' is not base64 and is moved to the poison queue")]
    private partial void LogUndecodable(string id, string queue);

    [LoggerMessage(5013, LogLevel.Error, "Queue '{Queue}' failed")]
    private partial void LogQueueFailed(string queue, Exception exception);
}
