using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using TaskFailedException = Microsoft.DurableTask.TaskFailedException;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>The context that orchestrator code sees in one episode.</summary>
internal sealed class OrchestrationContext(
    ExecutionInfo execution,
    TaskLedger ledger,
    ExternalEvents events,
    OrchestratorThread thread,
    PayloadConverter converter,
    ILoggerFactory loggers,
    TimeSpan maximumTimerInterval) : TaskOrchestrationContext
{
    private static readonly Guid GuidNamespace = new("9e952958-5e33-4daf-827f-2fa12937b875");
    private DateTime _now;
    private int _guids;

    public override TaskName Name => execution.Name;

    public override string InstanceId => execution.InstanceId;

    public override ParentOrchestrationInstance? Parent => execution.Parent;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => Replaying;

    /// <summary>JSON of the custom status; null while none is set.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>Set once the orchestrator has asked to start over.</summary>
    public (string? Input, bool PreserveEvents)? Restart { get; private set; }

    public bool Replaying { get; set; }

    protected override ILoggerFactory LoggerFactory => loggers;

    public void BeginEpisode(DateTime utc) => _now = utc;

    public override T? GetInput<T>()
        where T : default
    {
        CheckThread();
        return converter.Deserialize<T>(execution.Input);
    }

    /// <summary>The input as the type that a function's second parameter has; no interfaces or base types, as on the real platform.</summary>
    public object? GetInput(Type type) => converter.Deserialize(execution.Input, type) is { } value && value.GetType() == (Nullable.GetUnderlyingType(type) ?? type) ? value : null;

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        CheckThread();
        if (options is null && input is TaskOptions)
        {
            throw new ArgumentException($"The {nameof(TaskOptions)} were passed as the activity's input; use the overload that takes options alone.", nameof(input));
        }

        var payload = converter.Serialize(input);
        return await CallAsync<TResult>(name.Name, options, () => ledger.Open(id => new OrchestrationAction(ActionKind.Activity, id, name.Name) { Input = payload }));
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        CheckThread();
        var payload = converter.Serialize(input);
        var child = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        return await CallAsync<TResult>(
            orchestratorName.Name,
            options,
            () => ledger.Open(id => new OrchestrationAction(ActionKind.Child, id, orchestratorName.Name) { Input = payload, InstanceId = child }));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        CheckThread();
        var end = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        while (end - _now > maximumTimerInterval)
        {
            await OneTimerAsync(_now + maximumTimerInterval, cancellationToken);
        }

        await OneTimerAsync(end, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        CheckThread();
        return events.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        CheckThread();
        var data = converter.Serialize(payload);
        ledger.Add(id => new OrchestrationAction(ActionKind.SendEvent, id, eventName) { Input = data, InstanceId = instanceId });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        CheckThread();
        CustomStatus = converter.SerializeCustomStatus(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        CheckThread();
        Restart = (converter.Serialize(newInput), preserveUnprocessedEvents);
    }

    /// <summary>A name-based GUID (RFC 4122, version 5) of instance, episode and count.</summary>
    public override Guid NewGuid()
    {
        CheckThread();
        var name = Encoding.UTF8.GetBytes($"{InstanceId}_{_now:o}_{_guids++}");
        var input = new byte[16 + name.Length];
        GuidNamespace.TryWriteBytes(input, bigEndian: true, out _);
        name.CopyTo(input, 16);
#pragma warning disable CA5350 // the RFC says SHA-1; nothing is secret here
        var hash = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash[6..]) & 0x0FFF) | 0x5000));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    public override ILogger CreateReplaySafeLogger(string categoryName)
    {
        CheckThread();
        return base.CreateReplaySafeLogger(categoryName);
    }

    private async Task<TResult> CallAsync<TResult>(string name, TaskOptions? options, Func<(int TaskId, TaskCompletionSource<string?> Completion)> open)
    {
        async Task<string?> OnceAsync()
        {
            CheckThread();
            return await open().Completion.Task;
        }

        try
        {
            var result = options?.Retry switch
            {
                { Policy: { } policy } => await Retries.WithPolicyAsync(this, policy, OnceAsync),
                { Handler: { } handler } => await Retries.WithHandlerAsync(this, handler, OnceAsync),
                _ => await OnceAsync(),
            };
            return converter.Deserialize<TResult>(result)!;
        }
        catch (OrchestrationException e)
        {
            throw new TaskFailedException(name, e.TaskId, e);
        }
    }

    private async Task OneTimerAsync(DateTime fireAt, CancellationToken cancellationToken)
    {
        var (id, completion) = ledger.Open(taskId => new OrchestrationAction(ActionKind.Timer, taskId, null) { FireAt = fireAt });
        using var registration = cancellationToken.Register(() =>
        {
            if (thread.IsCurrent && !completion.Task.IsCompleted)
            {
                ledger.Abandon(id);
            }

            completion.TrySetCanceled(cancellationToken);
        });
        await completion.Task;
    }

    private void CheckThread()
    {
        if (!thread.IsCurrent)
        {
            throw new InvalidOperationException(
                $"The orchestrator '{execution.Name}' used its context outside of its own thread. Orchestrators may await only the tasks of their context: no ConfigureAwait(false), Task.Run, Task.Delay or I/O.");
        }
    }
}
