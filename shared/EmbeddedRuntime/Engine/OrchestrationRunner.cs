using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Replays one execution and runs it on to where it waits again. Used for one episode, then thrown away.</summary>
internal sealed class OrchestrationRunner
{
    private readonly ExecutionInfo _execution;
    private readonly TaskLedger _ledger = new();
    private readonly ExternalEvents _events;
    private readonly OrchestratorThread _thread;
    private readonly Queue<HistoryEvent> _whileSuspended = new();
    private readonly List<HistoryEvent> _carriedOver = [];
    private Func<Task<object?>> _body = () => Task.FromResult<object?>(null);
    private Task<object?>? _run;
    private bool _suspended;
    private Completion? _completion;

    /// <param name="onLateForeign">Called where the orchestrator goes on, outside of its thread, after its episode.</param>
    public OrchestrationRunner(ExecutionInfo execution, PayloadConverter converter, ILoggerFactory loggers, TimeSpan maximumTimerInterval, Action? onLateForeign = null)
    {
        _execution = execution;
        Converter = converter;
        _events = new ExternalEvents(converter);
        _thread = new OrchestratorThread(onLateForeign);
        Context = new OrchestrationContext(execution, _ledger, _events, _thread, converter, loggers, maximumTimerInterval);
    }

    public OrchestrationContext Context { get; }

    private PayloadConverter Converter { get; }

    /// <param name="past">History of earlier episodes, replayed.</param>
    /// <param name="news">What is new in this one.</param>
    /// <param name="body">Calls the orchestrator; its task is the orchestrator's result.</param>
    public EpisodeResult Run(IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> news, Func<Task<object?>> body)
    {
        _body = body;
        try
        {
            return _thread.Run(() => RunOnThread(past, news));
        }
        finally
        {
            _thread.Close();
        }
    }

    private EpisodeResult RunOnThread(IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> news)
    {
        try
        {
            ProcessAll(past, replaying: true);
            ProcessAll(news, replaying: false);
            CheckForeignAwaits();
            return _completion is null && _run is { IsCompleted: true } && !_ledger.HasOpenTasks ? Finish(_run) : Outcome(_completion);
        }
        catch (NonDeterministicOrchestrationException e)
        {
            return Outcome(Completion.Failed(e), discardActions: true);
        }
        catch (ForeignAwaitException e)
        {
            return Outcome(Completion.Failed(new InvalidOperationException(e.Message)), discardActions: true);
        }
        catch (EventConversionException e)
        {
            return Outcome(Completion.FromHost(_execution.Name, e), discardActions: true);
        }
    }

    private void ProcessAll(IReadOnlyList<HistoryEvent> events, bool replaying)
    {
        Context.Replaying = replaying;
        foreach (var item in events)
        {
            Process(item);
            _thread.Drain();
            if (_completion is not null)
            {
                return;
            }
        }
    }

    private void Process(HistoryEvent item)
    {
        if (_suspended && item.Kind is not (HistoryKind.Resumed or HistoryKind.Terminated))
        {
            if (item.Kind != HistoryKind.Suspended)
            {
                _whileSuspended.Enqueue(item);
            }

            return;
        }

        switch (item.Kind)
        {
            case HistoryKind.OrchestratorStarted:
                Context.BeginEpisode(item.At);
                break;
            case HistoryKind.ExecutionStarted:
                _run = StartAsync();
                break;
            case HistoryKind.TaskScheduled or HistoryKind.ChildCreated or HistoryKind.TimerCreated or HistoryKind.EventSent:
                _ledger.Match(item);
                break;
            case HistoryKind.TaskCompleted or HistoryKind.ChildCompleted or HistoryKind.TimerFired:
                _ledger.Close(item.TaskId, task => task.TrySetResult(item.Data));
                break;
            case HistoryKind.TaskFailed:
                _ledger.Close(item.TaskId, task => task.TrySetException(
                    new DurableTask.Core.Exceptions.TaskFailedException(item.TaskId, item.Failure?.ErrorMessage ?? item.Data ?? string.Empty, item.Failure)));
                break;
            case HistoryKind.ChildFailed:
                _ledger.Close(item.TaskId, task => task.TrySetException(
                    new SubOrchestrationFailedException(item.TaskId, item.Failure?.ErrorMessage ?? item.Data ?? string.Empty, item.Failure)));
                break;
            case HistoryKind.EventRaised:
                Deliver(item);
                break;
            case HistoryKind.Suspended:
                _suspended = true;
                _ledger.HoldBack();
                break;
            case HistoryKind.Resumed:
                Resume();
                break;
            case HistoryKind.Terminated:
                _completion = new Completion(OrchestrationRuntimeStatus.Terminated, item.Data);
                break;
            case HistoryKind.ForeignAwait:
                throw new ForeignAwaitException(Context.Name);
            case HistoryKind.ExecutionCompleted:
                break;
        }
    }

    private async Task<object?> StartAsync() => await _body();

    private void Deliver(HistoryEvent item)
    {
        if (Context.Restart is not null)
        {
            _carriedOver.Add(item);
            return;
        }

        try
        {
            _events.Deliver(item);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new EventConversionException($"The event '{item.Name}' does not convert to what the orchestrator waits for: {e.Message}");
        }
    }

    private void Resume()
    {
        if (!_suspended)
        {
            return;
        }

        _suspended = false;
        _ledger.Release();
        while (_whileSuspended.TryDequeue(out var item))
        {
            Process(item);
            _thread.Drain();
        }
    }

    private void CheckForeignAwaits()
    {
        var waitsForNothing = _run is { IsCompleted: false } && _completion is null && !_suspended && !_ledger.HasOpenTasks && !_events.HasOpenWaits;
        if (_thread.Close() || waitsForNothing)
        {
            throw new ForeignAwaitException(Context.Name);
        }
    }

    private EpisodeResult Finish(Task<object?> run)
    {
        if (run.IsFaulted || run.IsCanceled)
        {
            return Outcome(Completion.Failed(run.Exception?.InnerException ?? new TaskCanceledException(run)));
        }

        if (Context.Restart is { } restart)
        {
            var kept = restart.PreserveEvents ? _events.Buffered : [];
            return Outcome(null) with { Next = new NextGeneration(restart.Input, [.. kept, .. _carriedOver]) };
        }

        try
        {
            return Outcome(new Completion(OrchestrationRuntimeStatus.Completed, Converter.Serialize(run.GetAwaiter().GetResult())));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or System.Text.Json.JsonException)
        {
            return Outcome(Completion.Failed(e));
        }
    }

    private EpisodeResult Outcome(Completion? completion, bool discardActions = false) =>
        new(discardActions ? [] : _ledger.Unrecorded, completion, null, Context.CustomStatus, _suspended && completion is null);

    private sealed class ForeignAwaitException(string name) : Exception(
        $"The orchestrator '{name}' awaited something that is not one of its context's tasks. It may await durable tasks only: no Task.Delay, Task.Run, ConfigureAwait(false) or I/O.");

    private sealed class EventConversionException(string message) : Exception(message);
}
