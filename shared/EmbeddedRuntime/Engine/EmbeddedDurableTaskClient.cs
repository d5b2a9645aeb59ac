using CvatServerless.EmbeddedRuntime.TaskHub;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>The client of the embedded engine, with the real host's answers to calls that make no sense.</summary>
internal sealed class EmbeddedDurableTaskClient(SqliteTaskHub hub, Lazy<DurableEngine> engine, PayloadConverter converter, TimeProvider time) : DurableTaskClient("embedded"), IDisposable
{
    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var id = string.IsNullOrEmpty(options?.InstanceId) ? Guid.NewGuid().ToString("N") : options.InstanceId;
        if (id.StartsWith('@'))
        {
            throw new ArgumentException(
                "Instance IDs starting with '@' are reserved for entities, and must not be used for orchestrations, when entity support is enabled.", nameof(options));
        }

        cancellation.ThrowIfCancellationRequested();
        engine.Value.Apply(hub.Start(new StartRequest(id, orchestratorName.Name, converter.Serialize(input), Now)
        {
            StartAt = options?.StartAt?.UtcDateTime,
            Tags = options?.Tags,
            Dedupe = options?.DedupeStatuses is { } names ? [.. names.Select(Enum.Parse<OrchestrationRuntimeStatus>)] : [],
        }));
        return Task.FromResult(id);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        Send(instanceId, new HistoryEvent(HistoryKind.EventRaised, Now) { Name = eventName, Data = converter.Serialize(eventPayload) }, row => row switch
        {
            null => throw new RpcException("NotFound", $"No instance with ID '{instanceId}' was found. (Parameter 'instanceId')"),
            { IsTerminal: true } => throw new RpcException("FailedPrecondition", "The orchestration instance with the provided instance id is not running."),
            _ => true,
        });

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        Send(instanceId, new HistoryEvent(HistoryKind.Terminated, Now) { Data = converter.Serialize(options?.Output) }, row => row switch
        {
            null => throw new RpcException("NotFound", $"ArgumentException: No instance with ID '{instanceId}' was found. (Parameter 'instanceId')"),
            { IsTerminal: true } => throw new RpcException(
                "FailedPrecondition",
                $"InvalidOperationException: Cannot terminate the orchestration instance {instanceId} because instance is in the {row.Status} state."),
            _ => true,
        });

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        Send(instanceId, new HistoryEvent(HistoryKind.Suspended, Now) { Data = reason }, row =>
            row is { IsTerminal: false, Status: not OrchestrationRuntimeStatus.Suspended } ? true : throw Refused());

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        Send(instanceId, new HistoryEvent(HistoryKind.Resumed, Now) { Data = reason }, row => row is { Status: OrchestrationRuntimeStatus.Suspended } ? true : throw Refused());

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, row => row.Status != OrchestrationRuntimeStatus.Pending, nameof(WaitForInstanceStartAsync), cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, row => row.IsTerminal, nameof(WaitForInstanceCompletionAsync), cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(hub.Find(instanceId) is { } row ? ToMetadata(row, getInputsAndOutputs) : null);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => new Listing(this, filter ?? new OrchestrationQuery());

    public override Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var purged = hub.Purge(instanceId, row =>
        {
            if (!row.IsTerminal)
            {
                throw new InvalidOperationException(
                    $"Only orchestrations in a terminal state can be purged, but the orchestration with instance ID {instanceId} has status {row.Status}");
            }
        });
        return Task.FromResult(new PurgeResult(purged ? 1 : 0));
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        Task.FromResult(new PurgeResult(hub.Purge(filter)));

    /// <summary>Nothing of its own to give back: engine and hub belong to the host.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
    }

    private static RpcException Refused() => new("Unknown", "Exception was thrown by handler.");

    /// <summary>Messages to an instance whose start lies in the future are lost, as on the real platform.</summary>
    private Task Send(string instanceId, HistoryEvent message, Func<InstanceRow?, bool> check)
    {
        engine.Value.Apply(hub.Send(instanceId, message, row => check(row) && !row!.IsScheduledAfter(message.At)));
        return Task.CompletedTask;
    }

    private async Task<OrchestrationMetadata> WaitAsync(string instanceId, bool payloads, Func<InstanceRow, bool> done, string operation, CancellationToken cancellation)
    {
        using var listener = engine.Value.Signals.Listen(instanceId);
        while (true)
        {
            if (hub.Find(instanceId) is { } row && done(row))
            {
                return ToMetadata(row, payloads);
            }

            try
            {
                await listener.WaitAsync(cancellation);
            }
            catch (OperationCanceledException e)
            {
                throw new OperationCanceledException($"The {operation} operation was canceled.", e, cancellation);
            }
        }
    }

    private OrchestrationMetadata ToMetadata(InstanceRow row, bool payloads, bool listed = false) => new(row.Name, row.InstanceId)
    {
        RuntimeStatus = row.Status,
        CreatedAt = row.CreatedAt,
        LastUpdatedAt = row.UpdatedAt,
        Tags = row.Tags,
        DataConverter = payloads ? converter : null,
        SerializedInput = payloads ? row.Input : null,
        SerializedOutput = payloads || listed ? row.Output : null,
        SerializedCustomStatus = payloads || listed ? row.CustomStatus ?? "null" : null,
    };

    private sealed class Listing(EmbeddedDurableTaskClient client, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
    {
        public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            var size = Math.Max(1, pageSizeHint ?? query.PageSize);
            var after = continuationToken ?? query.ContinuationToken ?? string.Empty;
            while (true)
            {
                var rows = await Task.Run(() => client.List(query, after, size + 1));
                var more = rows.Count > size;
                var page = rows.Take(size).Select(row => client.ToMetadata(row, query.FetchInputsAndOutputs, listed: true)).ToList();
                yield return new Page<OrchestrationMetadata>(page, more ? page[^1].InstanceId : null);
                if (!more)
                {
                    yield break;
                }

                after = page[^1].InstanceId;
            }
        }
    }

    private IReadOnlyList<InstanceRow> List(OrchestrationQuery query, string after, int count) => hub.List(query, after, count);
}
