namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>
/// Runs items on pool threads, so many at a time, each at most once at a time: an item that is added while it runs runs once more.
/// Costs nothing while there is nothing to do.
/// </summary>
internal sealed class WorkQueue<T>(int limit, Func<T, Task> run)
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _waiting = new();
    private readonly Dictionary<T, State> _states = [];
    private TaskCompletionSource? _idle;
    private int _running;
    private bool _stopped;

    private enum State
    {
        Waiting,
        Running,
        RunningAndAddedAgain,
    }

    public void Add(T item)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            if (_states.TryGetValue(item, out var state))
            {
                _states[item] = state == State.Waiting ? state : State.RunningAndAddedAgain;
                return;
            }

            _states[item] = State.Waiting;
            _waiting.Enqueue(item);
            StartWaiting();
        }
    }

    /// <summary>Starts nothing more and waits for what runs.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopped = true;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running == 0)
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }

    private void StartWaiting()
    {
        while (!_stopped && _running < limit && _waiting.TryDequeue(out var item))
        {
            _running++;
            _states[item] = State.Running;
            _ = Task.Run(() => RunAsync(item));
        }
    }

    private async Task RunAsync(T item)
    {
        await run(item);
        lock (_gate)
        {
            _running--;
            if (_states.Remove(item, out var state) && state == State.RunningAndAddedAgain)
            {
                _states[item] = State.Waiting;
                _waiting.Enqueue(item);
            }

            StartWaiting();
            if (_stopped && _running == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }
}
