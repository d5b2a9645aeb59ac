namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Tells waiting clients that an instance has changed.</summary>
internal sealed class InstanceSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Listener>> _listeners = [];

    /// <summary>Listens from now on; look at the instance after this call, then wait.</summary>
    public Listener Listen(string instanceId)
    {
        var listener = new Listener(this, instanceId);
        lock (_gate)
        {
            if (!_listeners.TryGetValue(instanceId, out var list))
            {
                _listeners.Add(instanceId, list = []);
            }

            list.Add(listener);
        }

        return listener;
    }

    public void Raise(string instanceId)
    {
        lock (_gate)
        {
            if (_listeners.TryGetValue(instanceId, out var list))
            {
                list.ForEach(listener => listener.Signal());
            }
        }
    }

    private void Remove(Listener listener, string instanceId)
    {
        lock (_gate)
        {
            if (_listeners.TryGetValue(instanceId, out var list) && list.Remove(listener) && list.Count == 0)
            {
                _listeners.Remove(instanceId);
            }
        }
    }

    /// <summary>One client's ear.</summary>
    internal sealed class Listener(InstanceSignals owner, string instanceId) : IDisposable
    {
        private TaskCompletionSource _next = Fresh();

        /// <summary>Ends with the next change, or with the first one since the last call.</summary>
        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            await _next.Task.WaitAsync(cancellationToken);
            Interlocked.Exchange(ref _next, Fresh()); // with its fence: whatever is read after this is newer than a signal that was missed
        }

        public void Signal() => Volatile.Read(ref _next).TrySetResult();

        public void Dispose() => owner.Remove(this, instanceId);

        private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
