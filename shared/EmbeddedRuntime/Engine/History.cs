using Microsoft.DurableTask;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>What happened in an execution. Values are persisted: they may only grow.</summary>
internal enum HistoryKind
{
    OrchestratorStarted = 1,
    ExecutionStarted = 2,
    TaskScheduled = 3,
    TaskCompleted = 4,
    TaskFailed = 5,
    ChildCreated = 6,
    ChildCompleted = 7,
    ChildFailed = 8,
    TimerCreated = 9,
    TimerFired = 10,
    EventRaised = 11,
    EventSent = 12,
    Suspended = 13,
    Resumed = 14,
    Terminated = 15,
    ExecutionCompleted = 16,

    /// <summary>The orchestrator went on outside of its own thread after an episode had ended.</summary>
    ForeignAwait = 17,
}

/// <summary>One line of a history, or a message that becomes one.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, in UTC.</param>
internal sealed record HistoryEvent(HistoryKind Kind, DateTime At)
{
    /// <summary>Sequence id of the call that it belongs to; -1 for none.</summary>
    public int TaskId { get; init; } = -1;

    /// <summary>Name of the task, event or child.</summary>
    public string? Name { get; init; }

    /// <summary>Input, result, payload or reason.</summary>
    public string? Data { get; init; }

    /// <summary>When a timer fires, in UTC.</summary>
    public DateTime? FireAt { get; init; }

    /// <summary>The other instance's id, of children and sent events.</summary>
    public string? Target { get; init; }

    /// <summary>Why a task failed.</summary>
    public TaskFailureDetails? Failure { get; init; }
}
