namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Wakes instances when their time has come, with one timer for the nearest.</summary>
internal sealed class DueTimes : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private readonly TimeProvider _time;
    private readonly Action<string> _wake;
    private readonly PriorityQueue<string, DateTime> _queue = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private bool _disposed;

    public DueTimes(TimeProvider time, Action<string> wake)
    {
        _time = time;
        _wake = wake;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(string instanceId, DateTime dueAt)
    {
        lock (_gate)
        {
            _queue.Enqueue(instanceId, dueAt);
            if (_queue.Peek() == instanceId)
            {
                Arm();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void Fire()
    {
        List<string> due = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow().UtcDateTime;
            while (_queue.TryPeek(out var instanceId, out var dueAt) && dueAt <= now)
            {
                _queue.Dequeue();
                due.Add(instanceId);
            }

            Arm();
        }

        due.ForEach(_wake);
    }

    private void Arm()
    {
        if (_disposed || !_queue.TryPeek(out _, out var dueAt))
        {
            return;
        }

        // Timers count in whole milliseconds: rounded up, so that it is due when they fire.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((dueAt - _time.GetUtcNow().UtcDateTime).TotalMilliseconds)));
        _timer.Change(wait < LongestTimer ? wait : LongestTimer, Timeout.InfiniteTimeSpan);
    }
}
