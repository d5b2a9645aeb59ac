using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.Engine;

internal enum ActionKind
{
    Activity,
    Child,
    Timer,
    SendEvent,
}

/// <summary>Something that an orchestrator asked for, under its sequence id.</summary>
internal sealed record OrchestrationAction(ActionKind Kind, int TaskId, string? Name)
{
    public string? Input { get; init; }

    public DateTime? FireAt { get; init; }

    public string? InstanceId { get; init; }

    /// <summary>The line that it leaves in the history.</summary>
    public HistoryEvent ToHistory(DateTime now) => new(HistoryKindOf(Kind), now) { TaskId = TaskId, Name = Name, Data = Input, FireAt = FireAt, Target = InstanceId };

    private static HistoryKind HistoryKindOf(ActionKind kind) => kind switch
    {
        ActionKind.Activity => HistoryKind.TaskScheduled,
        ActionKind.Child => HistoryKind.ChildCreated,
        ActionKind.Timer => HistoryKind.TimerCreated,
        _ => HistoryKind.EventSent,
    };
}

/// <summary>How an execution ended.</summary>
/// <param name="Status">Completed, Failed or Terminated.</param>
/// <param name="Output">JSON of the result, or <c>type: message</c> of a failure.</param>
/// <param name="Failure">The failure as a parent sees it; null where the platform gives none.</param>
internal sealed record Completion(OrchestrationRuntimeStatus Status, string? Output, TaskFailureDetails? Failure = null)
{
    public static Completion Failed(Exception exception) => Failed(TaskFailureDetails.FromException(exception));

    public static Completion Failed(TaskFailureDetails failure) => new(OrchestrationRuntimeStatus.Failed, failure.ToString(), failure);

    /// <summary>A failure outside of the orchestrator's own code, in the platform's words.</summary>
    public static Completion FromHost(string function, Exception cause)
    {
        var message = $"Function '{function}' failed with an unhandled exception.";
        var output = $"{{\"message\":\"{message}\",\"details\":{JsonSerializer.Serialize(cause.Message)}}}";
        return new Completion(OrchestrationRuntimeStatus.Failed, output, new TaskFailureDetails("(unknown)", message, null, null, null));
    }
}

/// <summary>The instance starts over with a new input and these events.</summary>
internal sealed record NextGeneration(string? Input, IReadOnlyList<HistoryEvent> CarriedOver);

/// <summary>What one episode gave. At most one of <see cref="Completion"/> and <see cref="Next"/> is set.</summary>
internal sealed record EpisodeResult(
    IReadOnlyList<OrchestrationAction> NewActions,
    Completion? Completion,
    NextGeneration? Next,
    string? CustomStatus,
    bool Suspended);

/// <summary>What an orchestrator knows about its own execution.</summary>
internal sealed record ExecutionInfo(string InstanceId, string ExecutionId, string Name, string? Input, ParentOrchestrationInstance? Parent);
