using DurableTask.Core.Exceptions;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>
/// Sequence ids, what was asked for under them, and what is still open. Replay meets the history here: what the history says was
/// scheduled must have been asked for again, with the same kind and name.
/// </summary>
internal sealed class TaskLedger
{
    private readonly SortedDictionary<int, OrchestrationAction> _unrecorded = [];
    private readonly Dictionary<int, TaskCompletionSource<string?>> _open = [];
    private readonly List<OrchestrationAction> _heldBack = [];
    private int _nextId;

    /// <summary>Whether an activity, a child or a timer that was not cancelled has yet to end.</summary>
    public bool HasOpenTasks => _open.Count > 0;

    /// <summary>What was asked for and is in no history yet, in the order of the calls.</summary>
    public IReadOnlyList<OrchestrationAction> Unrecorded => [.. _unrecorded.Values];

    /// <summary>The task of a new call; its action is recorded under the next sequence id.</summary>
    public (int TaskId, TaskCompletionSource<string?> Completion) Open(Func<int, OrchestrationAction> action)
    {
        var id = Add(action);
        var completion = new TaskCompletionSource<string?>();
        _open.Add(id, completion);
        return (id, completion);
    }

    /// <summary>An action without an end of its own.</summary>
    public int Add(Func<int, OrchestrationAction> action)
    {
        var id = _nextId++;
        _unrecorded.Add(id, action(id));
        return id;
    }

    /// <summary>Forgets a cancelled timer, so that it no longer holds the instance.</summary>
    public void Abandon(int taskId) => _open.Remove(taskId);

    /// <summary>Hands a result or failure to its call. Duplicates and cancelled timers are ignored.</summary>
    public void Close(int taskId, Action<TaskCompletionSource<string?>> end)
    {
        if (_open.Remove(taskId, out var completion))
        {
            end(completion);
        }
    }

    /// <summary>Strikes off what the history already has.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The orchestrator asked for something else, or for nothing.</exception>
    public void Match(HistoryEvent scheduled)
    {
        var kind = KindOf(scheduled.Kind);
        var before = $"A previous execution of this orchestration scheduled {Describe(kind)} with sequence number {scheduled.TaskId} named '{scheduled.Name}'";
        if (!_unrecorded.Remove(scheduled.TaskId, out var action))
        {
            throw new NonDeterministicOrchestrationException($"{before}, but the current orchestration replay asked for nothing with this sequence number.");
        }

        if (action.Kind != kind)
        {
            throw new NonDeterministicOrchestrationException($"{before}, but the current orchestration replay instead asked for {Describe(action.Kind)} with this sequence number.");
        }

        var compared = kind is ActionKind.Activity or ActionKind.Child or ActionKind.SendEvent;
        if (compared && !string.Equals(action.Name, scheduled.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new NonDeterministicOrchestrationException(
                $"{before}, but the current orchestration replay instead scheduled {Describe(kind)} named '{action.Name}' with this sequence number.");
        }
    }

    /// <summary>A suspended instance keeps back what it asked for in the same episode.</summary>
    public void HoldBack()
    {
        _heldBack.AddRange(_unrecorded.Values);
        _unrecorded.Clear();
    }

    /// <summary>After a resume.</summary>
    public void Release()
    {
        foreach (var action in _heldBack)
        {
            _unrecorded.Add(action.TaskId, action);
        }

        _heldBack.Clear();
    }

    private static ActionKind KindOf(HistoryKind kind) => kind switch
    {
        HistoryKind.TaskScheduled => ActionKind.Activity,
        HistoryKind.ChildCreated => ActionKind.Child,
        HistoryKind.TimerCreated => ActionKind.Timer,
        HistoryKind.EventSent => ActionKind.SendEvent,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string Describe(ActionKind kind) => kind switch
    {
        ActionKind.Activity => "an activity task",
        ActionKind.Child => "a sub-orchestration",
        ActionKind.Timer => "a timer",
        _ => "an event",
    };
}
