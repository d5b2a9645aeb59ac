using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.TaskHub;

/// <summary>An instance as it is stored. Times are UTC.</summary>
internal sealed record InstanceRow(string InstanceId, string ExecutionId, string Name, OrchestrationRuntimeStatus Status, DateTime CreatedAt, DateTime UpdatedAt)
{
    /// <summary>When it is to start, where that was asked for.</summary>
    public DateTime? StartAt { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public ParentLink? Parent { get; init; }

    public bool IsTerminal => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    /// <summary>Whether its start lies in the future: the platform loses every message to such an instance.</summary>
    public bool IsScheduledAfter(DateTime now) => Status == OrchestrationRuntimeStatus.Pending && StartAt > now;

    public ExecutionInfo ToExecution() =>
        new(InstanceId, ExecutionId, Name, Input, Parent is null ? null : new ParentOrchestrationInstance(Parent.Name, Parent.InstanceId));
}

/// <summary>The call that a sub-orchestration answers.</summary>
internal sealed record ParentLink(string Name, string InstanceId, string ExecutionId, int TaskId);

/// <summary>A message that waits for its instance.</summary>
/// <param name="ExecutionId">The execution that it is for; null: whichever runs.</param>
internal sealed record InboxMessage(long Id, string? ExecutionId, HistoryEvent Event);

/// <summary>What an episode begins with.</summary>
internal sealed record EpisodeInput(InstanceRow Instance, IReadOnlyList<HistoryEvent> Past, IReadOnlyList<InboxMessage> Messages);

/// <summary>What an episode leaves behind, committed as one.</summary>
internal sealed record EpisodeOutcome(EpisodeInput Input, IReadOnlyList<HistoryEvent> News, EpisodeResult Result, DateTime Now);

/// <summary>An activity to be run.</summary>
internal sealed record ActivityWork(long Id, string InstanceId, string ExecutionId, int TaskId, string Name, string? Input);

/// <summary>A new instance.</summary>
internal sealed record StartRequest(string InstanceId, string Name, string? Input, DateTime Now)
{
    public DateTime? StartAt { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ParentLink? Parent { get; init; }

    /// <summary>Statuses in which an existing instance is not replaced, besides the three active ones.</summary>
    public IReadOnlyCollection<OrchestrationRuntimeStatus> Dedupe { get; init; } = [];
}

/// <summary>What a commit brought about: whom to wake.</summary>
internal sealed class HubChanges
{
    /// <summary>Instances with a new message, and when it is due; null: now.</summary>
    public List<(string InstanceId, DateTime? DueAt)> Messages { get; } = [];

    public List<ActivityWork> Activities { get; } = [];

    /// <summary>Instances whose state has changed.</summary>
    public HashSet<string> Changed { get; } = [];
}
