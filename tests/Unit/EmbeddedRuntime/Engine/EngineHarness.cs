using System.Collections.Concurrent;
using CvatServerless.EmbeddedRuntime.Engine;
using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>How the engine runs what a test gives it: outcomes must not depend on it.</summary>
public enum EngineMode
{
    Plain,
    StrictReplay,
    DoubleActivities,
}

/// <summary>An engine on a hub file of its own, with a fake clock and orchestrators and activities written in place.</summary>
internal sealed class EngineHarness : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-").FullName;
    private readonly PayloadConverter _converter = new();
    private readonly DurableEngineOptions _options;
    private SqliteTaskHub _hub;
    private DurableEngine _engine;

    public EngineHarness(EngineMode mode = EngineMode.Plain, Func<DurableEngineOptions, DurableEngineOptions>? options = null)
    {
        _options = new DurableEngineOptions { StrictReplay = mode == EngineMode.StrictReplay, DoubleActivities = mode == EngineMode.DoubleActivities };
        _options = options?.Invoke(_options) ?? _options;
        Functions = new TestFunctions(_converter);
        (_hub, _engine, Client) = Open();
    }

    public static TheoryData<EngineMode> Modes => [EngineMode.Plain, EngineMode.StrictReplay, EngineMode.DoubleActivities];

    public TestFunctions Functions { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public DurableTaskClient Client { get; private set; }

    public SqliteTaskHub Hub => _hub;

    public void Orchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> body) => Functions.Orchestrators[name] = body;

    public void Activity<T>(string name, Func<T?, object?> body) => Functions.Activities[name] = input => Task.FromResult(body(_converter.Deserialize<T>(input)));

    public void Activity<T>(string name, Func<T?, Task<object?>> body) => Functions.Activities[name] = input => body(_converter.Deserialize<T>(input));

    /// <summary>An activity that always fails.</summary>
    public void Throwing(string name, Func<Exception> exception) => Functions.Activities[name] = _ => Task.FromException<object?>(exception());

    public Task<OrchestrationMetadata?> FindAsync(string id, bool payloads = true) => Client.GetInstanceAsync(id, payloads);

    public Task RaiseAsync(string id, string name, object? payload = null) => Client.RaiseEventAsync(id, name, payload);

    public Task TerminateAsync(string id, object? output = null) => Client.TerminateInstanceAsync(id, output);

    public Task SuspendAsync(string id, string? reason = null) => Client.SuspendInstanceAsync(id, reason);

    public Task ResumeAsync(string id, string? reason = null) => Client.ResumeInstanceAsync(id, reason);

    public async Task<int> PurgeAsync(string id) => (await Client.PurgeInstanceAsync(id)).PurgedInstanceCount;

    public async Task<int> PurgeAsync(PurgeInstancesFilter filter) => (await Client.PurgeAllInstancesAsync(filter)).PurgedInstanceCount;

    public Task<string> StartAsync(string name, object? input = null, string? id = null) =>
        Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id));

    public async Task<OrchestrationMetadata> EndAsync(string id)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await Client.WaitForInstanceCompletionAsync(id, true, limit.Token);
    }

    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null) => await EndAsync(await StartAsync(name, input));

    /// <summary>Waits until the instance and its history are as wanted.</summary>
    public async Task UntilAsync(string id, Func<InstanceRow, IReadOnlyList<HistoryEvent>, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var listener = _engine.Signals.Listen(id);
        while (_hub.Find(id) is not { } row || !wanted(row, _hub.History(id)))
        {
            await listener.WaitAsync(limit.Token);
        }
    }

    public Task UntilHistoryAsync(string id, HistoryKind kind, int count = 1) => UntilAsync(id, (_, history) => history.Count(item => item.Kind == kind) >= count);

    public Task UntilStatusAsync(string id, OrchestrationRuntimeStatus status) => UntilAsync(id, (row, _) => row.Status == status);

    /// <summary>Stops the engine and starts another one on the same file.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        (_hub, _engine, Client) = Open();
    }

    public async Task CloseAsync()
    {
        await _engine.DisposeAsync();
        _hub.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private (SqliteTaskHub Hub, DurableEngine Engine, DurableTaskClient Client) Open()
    {
        var hub = new SqliteTaskHub(Path.Combine(_folder, "hub.db"));
        var engine = new DurableEngine(hub, Functions, _converter, _options, Time, NullLoggerFactory.Instance);
        engine.Start();
        return (hub, engine, new EmbeddedDurableTaskClient(hub, new Lazy<DurableEngine>(engine), _converter, Time));
    }
}

/// <summary>Functions as delegates; counts what was called.</summary>
internal sealed class TestFunctions(PayloadConverter converter) : IDurableFunctions
{
    public ConcurrentDictionary<string, Func<TaskOrchestrationContext, Task<object?>>> Orchestrators { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentDictionary<string, Func<string?, Task<object?>>> Activities { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of activities, in the order in which they were begun.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public PayloadConverter Converter => converter;

    public bool HasOrchestrator(string name) => Orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => Activities.ContainsKey(name);

    public Task RunOrchestratorAsync(string name, OrchestrationContext context, Action<Func<Task<object?>>> episode, CancellationToken cancellationToken)
    {
        episode(() => Orchestrators[name](context));
        return Task.CompletedTask;
    }

    public async Task<object?> RunActivityAsync(string name, string instanceId, string? input, CancellationToken cancellationToken)
    {
        Calls.Enqueue(name);
        return await Activities[name](input).WaitAsync(cancellationToken);
    }
}
