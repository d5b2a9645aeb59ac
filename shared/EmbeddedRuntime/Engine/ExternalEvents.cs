namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>
/// Waits for events, and events that nobody waits for yet. Names match without regard to case. Buffered events come out first in, first
/// out; open waits of one name are served last in, first out, and a cancelled wait stays in its place and swallows an event.
/// </summary>
internal sealed class ExternalEvents(PayloadConverter converter)
{
    private readonly Dictionary<string, Stack<IWait>> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> _buffer = [];

    private interface IWait
    {
        Type PayloadType { get; }

        bool IsOpen { get; }

        void Complete(object? value);
    }

    /// <summary>Whether somebody waits whose wait was not cancelled.</summary>
    public bool HasOpenWaits => _waits.Values.Any(stack => stack.Any(wait => wait.IsOpen));

    /// <summary>Events that nobody took, in the order in which they came.</summary>
    public IReadOnlyList<HistoryEvent> Buffered => _buffer;

    /// <exception cref="ArgumentException">Another wait of that name is for another type.</exception>
    public Task<T> WaitAsync<T>(string name, CancellationToken cancellationToken)
    {
        var index = _buffer.FindIndex(item => string.Equals(item.Name, name, StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
        {
            var payload = _buffer[index].Data;
            _buffer.RemoveAt(index);
            return Task.FromResult(converter.Deserialize<T>(payload)!);
        }

        if (!_waits.TryGetValue(name, out var stack))
        {
            _waits.Add(name, stack = new Stack<IWait>());
        }

        if (stack.TryPeek(out var other) && other.PayloadType != typeof(T))
        {
            throw new ArgumentException($"Events with the same name must have the same type argument. Expected {other.PayloadType.FullName} but was requested {typeof(T).FullName}.");
        }

        var wait = new Wait<T>();
        stack.Push(wait);
        cancellationToken.Register(() => wait.Cancel(cancellationToken));
        return wait.Task;
    }

    /// <exception cref="System.Text.Json.JsonException">The payload is not of the type that is waited for.</exception>
    public void Deliver(HistoryEvent raised)
    {
        var name = raised.Name ?? string.Empty;
        if (!_waits.TryGetValue(name, out var stack))
        {
            _buffer.Add(raised);
            return;
        }

        var wait = stack.Pop();
        var value = converter.Deserialize(raised.Data, wait.PayloadType);
        if (stack.Count == 0)
        {
            _waits.Remove(name);
        }

        wait.Complete(value);
    }

    private sealed class Wait<T> : TaskCompletionSource<T>, IWait
    {
        public Type PayloadType => typeof(T);

        public bool IsOpen => !Task.IsCompleted;

        public void Complete(object? value) => TrySetResult(value is T typed ? typed : default!);

        public void Cancel(CancellationToken cancellationToken) => TrySetCanceled(cancellationToken);
    }
}
