using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Drives instances and activities of one hub: what a commit sets off runs at once; without work nothing runs.</summary>
internal sealed class DurableEngine : IAsyncDisposable
{
    private readonly SqliteTaskHub _hub;
    private readonly IDurableFunctions _functions;
    private readonly PayloadConverter _converter;
    private readonly DurableEngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly EpisodeRunner _episodes;
    private readonly WorkQueue<string> _orchestrations;
    private readonly WorkQueue<ActivityWork> _activities;
    private readonly DueTimes _dueTimes;
    private readonly CancellationTokenSource _stopping = new();
    private bool _stopped;

    public DurableEngine(SqliteTaskHub hub, IDurableFunctions functions, PayloadConverter converter, DurableEngineOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _hub = hub;
        _functions = functions;
        _converter = converter;
        _options = options;
        _time = time;
        _log = loggers.CreateLogger<DurableEngine>();
        _episodes = new EpisodeRunner(functions, converter, options, loggers, ReportForeignAwait);
        _orchestrations = new WorkQueue<string>(options.MaxConcurrentOrchestrators, RunInstanceAsync);
        _activities = new WorkQueue<ActivityWork>(options.MaxConcurrentActivities, RunActivityAsync);
        _dueTimes = new DueTimes(time, _orchestrations.Add);
    }

    public InstanceSignals Signals { get; } = new();

    /// <summary>Goes on with all that is unfinished.</summary>
    public void Start() => Apply(_hub.LoadUnfinished());

    /// <summary>Wakes whom a commit concerns.</summary>
    public void Apply(HubChanges changes)
    {
        foreach (var (instanceId, dueAt) in changes.Messages)
        {
            if (dueAt is { } due && due > _time.GetUtcNow().UtcDateTime)
            {
                _dueTimes.Add(instanceId, due);
            }
            else
            {
                _orchestrations.Add(instanceId);
            }
        }

        changes.Activities.ForEach(_activities.Add);
        foreach (var instanceId in changes.Changed)
        {
            Signals.Raise(instanceId);
        }
    }

    /// <summary>Cancels running activities, which run again after the next start, and waits for all that runs.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        await _stopping.CancelAsync();
        await Task.WhenAll(_orchestrations.StopAsync(), _activities.StopAsync()).WaitAsync(cancellationToken);
    }

    /// <summary>Does not wait for what <see cref="StopAsync"/> could not stop in its time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync(CancellationToken.None);
        }

        _dueTimes.Dispose();
    }

    private async Task RunInstanceAsync(string instanceId)
    {
        try
        {
            var now = _time.GetUtcNow().UtcDateTime;
            if (_hub.LoadEpisode(instanceId, now) is not { } input)
            {
                return;
            }

            var live = input.Messages.Where(message => message.ExecutionId is null || message.ExecutionId == input.Instance.ExecutionId).ToList();
            if (live.Count == 0)
            {
                _hub.Discard(input);
                return;
            }

            List<HistoryEvent> news = [new HistoryEvent(HistoryKind.OrchestratorStarted, now), .. live.Select(message => message.Event)];
            var result = await _episodes.RunAsync(input.Instance.ToExecution(), input.Past, news, _stopping.Token);
            Apply(_hub.Commit(new EpisodeOutcome(input, news, result, now)));
            if (result.Completion is { Status: OrchestrationRuntimeStatus.Failed } failed)
            {
                _log.LogError("The orchestration {Orchestrator} {InstanceId} failed: {Output}", input.Instance.Name, instanceId, failed.Output);
            }
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // Nothing was committed: the episode runs after the next start.
        }
#pragma warning disable CA1031 // one instance's trouble must not stop the others; it is tried again
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.LogError(e, "An episode of the orchestration {InstanceId} could not be run or committed; trying again", instanceId);
            _dueTimes.Add(instanceId, _time.GetUtcNow().UtcDateTime + _options.ErrorPause);
        }
    }

    private async Task RunActivityAsync(ActivityWork work)
    {
        try
        {
            Apply(_hub.CompleteActivity(work, await InvokeActivityAsync(work)));
            if (_options.DoubleActivities)
            {
                Apply(_hub.CompleteActivity(work, await InvokeActivityAsync(work), again: true));
            }
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // No result: the activity runs again after the next start.
        }
#pragma warning disable CA1031 // as above
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.LogError(e, "The result of the activity {Activity} of {InstanceId} could not be stored; it runs again", work.Name, work.InstanceId);
            await Task.Delay(_options.ErrorPause, _time);
            _activities.Add(work);
        }
    }

    private async Task<HistoryEvent> InvokeActivityAsync(ActivityWork work)
    {
        if (!_functions.HasActivity(work.Name))
        {
            return Failed(work, new TaskFailureDetails("(unknown)", $"The function '{work.Name}' doesn't exist, is disabled, or is not an activity function.", null, null, null));
        }

        try
        {
            var output = await _functions.RunActivityAsync(work.Name, work.InstanceId, work.Input, _stopping.Token);
            return new HistoryEvent(HistoryKind.TaskCompleted, _time.GetUtcNow().UtcDateTime) { TaskId = work.TaskId, Data = _converter.Serialize(output) };
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever the activity throws is its failure
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.LogWarning(e, "The activity {Activity} of {InstanceId} failed", work.Name, work.InstanceId);
            return Failed(work, TaskFailureDetails.FromException(e));
        }
    }

    private HistoryEvent Failed(ActivityWork work, TaskFailureDetails failure) =>
        new(HistoryKind.TaskFailed, _time.GetUtcNow().UtcDateTime) { TaskId = work.TaskId, Failure = failure };

    /// <summary>Runs on whatever thread the orchestrator escaped to.</summary>
    private void ReportForeignAwait(ExecutionInfo execution)
    {
        try
        {
            Apply(_hub.Send(
                execution.InstanceId,
                new HistoryEvent(HistoryKind.ForeignAwait, _time.GetUtcNow().UtcDateTime),
                row => row is { IsTerminal: false } && row.ExecutionId == execution.ExecutionId,
                execution.ExecutionId));
        }
#pragma warning disable CA1031 // nobody up there could handle it, and the process would end
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.LogWarning(e, "The orchestration {InstanceId} went on outside of its thread, which could not be noted", execution.InstanceId);
        }
    }
}
