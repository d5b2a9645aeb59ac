namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>
/// The one thread of an orchestrator's episode. Continuations that come from anywhere else betray an await of something that is not
/// durable: they are never run, and reported.
/// </summary>
/// <param name="onLateForeign">Called, on a foreign thread, where that shows only after the episode has ended.</param>
internal sealed class OrchestratorThread(Action? onLateForeign = null) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private readonly Lock _gate = new();
    private int _threadId = -1;
    private bool _closed;
    private bool _foreign;

    /// <summary>Whether the calling thread is the orchestrator's own, within its episode.</summary>
    public bool IsCurrent
    {
        get
        {
            lock (_gate)
            {
                return !_closed && _threadId == Environment.CurrentManagedThreadId;
            }
        }
    }

    /// <summary>Whether a continuation has come from a foreign thread.</summary>
    public bool SawForeign
    {
        get
        {
            lock (_gate)
            {
                return _foreign;
            }
        }
    }

    /// <summary>Runs <paramref name="episode"/> on the calling thread, which is the orchestrator's own from now on until the end.</summary>
    public T Run<T>(Func<T> episode)
    {
        var previous = Current;
        _threadId = Environment.CurrentManagedThreadId;
        SetSynchronizationContext(this);
        try
        {
            return episode();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    /// <summary>Nothing runs on this thread any more; foreign continuations are reported to the callback from now on.</summary>
    /// <returns>Whether a foreign continuation came before.</returns>
    public bool Close()
    {
        lock (_gate)
        {
            _closed = true;
            return _foreign;
        }
    }

    /// <summary>Runs what was posted, until there is nothing more.</summary>
    public void Drain()
    {
        while (_queue.TryDequeue(out var item))
        {
            item.Callback(item.State);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
        {
            _queue.Enqueue((d, state));
        }
        else
        {
            ReportForeign();
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
        {
            d(state);
        }
        else
        {
            ReportForeign();
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    private void ReportForeign()
    {
        bool late;
        lock (_gate)
        {
            late = _closed && !_foreign;
            _foreign = true;
        }

        if (late)
        {
            onLateForeign?.Invoke();
        }
    }
}
