using CvatServerless.EmbeddedRuntime.Engine;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.TaskHub;

/// <content>Episodes and activities: what the engine reads and commits.</content>
internal sealed partial class SqliteTaskHub
{
    /// <summary>An instance with its history and the messages that are due; null where there is nothing to do.</summary>
    public EpisodeInput? LoadEpisode(string instanceId, DateTime now)
    {
        lock (_reading)
        {
            return _reader.InSnapshot(() => ReadEpisode(instanceId, now));
        }
    }

    public IReadOnlyList<HistoryEvent> History(string instanceId)
    {
        lock (_reading)
        {
            return ReadHistory(instanceId);
        }
    }

    /// <summary>Commits an episode, or drops it where the instance was purged or replaced meanwhile.</summary>
    public HubChanges Commit(EpisodeOutcome outcome) => Write(changes =>
    {
        var instance = outcome.Input.Instance;
        if (Find(_writer, instance.InstanceId)?.ExecutionId != instance.ExecutionId)
        {
            changes.Messages.Add((instance.InstanceId, null));
            return;
        }

        Consume(outcome.Input);
        changes.Changed.Add(instance.InstanceId);
        var scheduled = outcome.Result.NewActions.Select(action => Schedule(changes, outcome, action)).ToList();
        if (outcome.Result.Next is { } next)
        {
            StartOver(changes, outcome, next);
            return;
        }

        List<HistoryEvent> appended = [.. outcome.News, .. scheduled];
        if (outcome.Result.Completion is { } completion)
        {
            appended.Add(new HistoryEvent(HistoryKind.ExecutionCompleted, outcome.Now) { Name = completion.Status.ToString(), Data = completion.Output, Failure = completion.Failure });
            AnswerParent(changes, instance, completion, outcome.Now);
            _writer.Execute("DELETE FROM inbox WHERE instance_id = $1", instance.InstanceId);
        }

        Append(instance.InstanceId, outcome.Input.Past.Count, appended);
        UpdateStatus(outcome);
    });

    /// <summary>Drops messages for executions that are over.</summary>
    public void Discard(EpisodeInput input) => Write(_ => Consume(input));

    /// <summary>Replaces an activity by its result. Results for an execution that is over are dropped.</summary>
    /// <param name="again">Whether a result that came before is no reason to leave this one out.</param>
    public HubChanges CompleteActivity(ActivityWork work, HistoryEvent result, bool again = false) => Write(changes =>
    {
        var taken = _writer.Execute("DELETE FROM activities WHERE id = $1", work.Id) > 0;
        if ((taken || again) && Find(_writer, work.InstanceId) is { IsTerminal: false } instance && instance.ExecutionId == work.ExecutionId)
        {
            Enqueue(changes, work.InstanceId, work.ExecutionId, result);
        }
    });

    private void Consume(EpisodeInput input)
    {
        foreach (var message in input.Messages)
        {
            _writer.Execute("DELETE FROM inbox WHERE id = $1", message.Id);
        }
    }

    private EpisodeInput? ReadEpisode(string instanceId, DateTime now)
    {
        if (Find(_reader, instanceId) is not { IsTerminal: false } instance)
        {
            return null;
        }

        // The start comes first, however the clock was set meanwhile; the rest in the order in which it became due.
        var messages = _reader.Query(
            $"SELECT id, execution_id, {EventColumns} FROM inbox WHERE instance_id = $1 AND (due_at IS NULL OR due_at <= $2) ORDER BY kind <> 2, coalesce(due_at, at), id",
            row => new InboxMessage(row.GetInt64(0), Text(row, 1), ReadEvent(row, 2)),
            instanceId,
            now);
        return messages.Count == 0 ? null : new EpisodeInput(instance, ReadHistory(instanceId), messages);
    }

    private List<HistoryEvent> ReadHistory(string instanceId) =>
        _reader.Query($"SELECT {EventColumns} FROM history WHERE instance_id = $1 ORDER BY seq", row => ReadEvent(row, 0), instanceId);

    private void Append(string instanceId, int count, List<HistoryEvent> items)
    {
        foreach (var item in items)
        {
            _writer.Execute(
                $"INSERT INTO history (instance_id, seq, {EventColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                [instanceId, count++, .. Values(item)]);
        }
    }

    private HistoryEvent Schedule(HubChanges changes, EpisodeOutcome outcome, OrchestrationAction action)
    {
        var instance = outcome.Input.Instance;
        switch (action.Kind)
        {
            case ActionKind.Activity:
                _writer.Execute(
                    "INSERT INTO activities (instance_id, execution_id, task_id, name, input) VALUES ($1, $2, $3, $4, $5)",
                    instance.InstanceId,
                    instance.ExecutionId,
                    action.TaskId,
                    action.Name,
                    action.Input);
                changes.Activities.Add(new ActivityWork(_writer.LastInsertId(), instance.InstanceId, instance.ExecutionId, action.TaskId, action.Name!, action.Input));
                break;
            case ActionKind.Timer:
                var fired = new HistoryEvent(HistoryKind.TimerFired, outcome.Now) { TaskId = action.TaskId, FireAt = action.FireAt };
                Enqueue(changes, instance.InstanceId, instance.ExecutionId, fired, action.FireAt);
                break;
            case ActionKind.Child:
                StartChild(changes, outcome, action);
                break;
            case ActionKind.SendEvent:
                if (Find(_writer, action.InstanceId!) is { IsTerminal: false } target && !target.IsScheduledAfter(outcome.Now))
                {
                    Enqueue(changes, action.InstanceId!, null, new HistoryEvent(HistoryKind.EventRaised, outcome.Now) { Name = action.Name, Data = action.Input });
                }

                break;
        }

        return action.ToHistory(outcome.Now);
    }

    private void StartChild(HubChanges changes, EpisodeOutcome outcome, OrchestrationAction action)
    {
        var parent = outcome.Input.Instance;
        var request = new StartRequest(action.InstanceId!, action.Name!, action.Input, outcome.Now)
        {
            Parent = new ParentLink(parent.Name, parent.InstanceId, parent.ExecutionId, action.TaskId),
        };
        try
        {
            Start(changes, request);
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            Enqueue(changes, parent.InstanceId, parent.ExecutionId, new HistoryEvent(HistoryKind.ChildFailed, outcome.Now) { TaskId = action.TaskId, Failure = TaskFailureDetails.FromException(e) });
        }
    }

    private void AnswerParent(HubChanges changes, InstanceRow child, Completion completion, DateTime now)
    {
        if (child.Parent is not { } parent || Find(_writer, parent.InstanceId) is not { IsTerminal: false } row || row.ExecutionId != parent.ExecutionId)
        {
            return;
        }

        var completed = completion.Status == OrchestrationRuntimeStatus.Completed;
        Enqueue(changes, parent.InstanceId, parent.ExecutionId, new HistoryEvent(completed ? HistoryKind.ChildCompleted : HistoryKind.ChildFailed, now)
        {
            TaskId = parent.TaskId,
            Name = child.Name,
            Data = completion.Output,
            Failure = completion.Failure,
        });
    }

    private void StartOver(HubChanges changes, EpisodeOutcome outcome, NextGeneration next)
    {
        var instance = outcome.Input.Instance;
        var executionId = Guid.NewGuid().ToString("N");
        _writer.Execute("DELETE FROM history WHERE instance_id = $1", instance.InstanceId);
        _writer.Execute("DELETE FROM inbox WHERE instance_id = $1 AND execution_id = $2", instance.InstanceId, instance.ExecutionId);
        _writer.Execute(
            "UPDATE instances SET execution_id = $2, input = $3, status = $4, custom_status = $5, output = NULL, updated_at = $6 WHERE instance_id = $1",
            instance.InstanceId,
            executionId,
            next.Input,
            OrchestrationRuntimeStatus.Running,
            outcome.Result.CustomStatus,
            outcome.Now);
        Enqueue(changes, instance.InstanceId, executionId, new HistoryEvent(HistoryKind.ExecutionStarted, outcome.Now) { Name = instance.Name, Data = next.Input });
        foreach (var carried in next.CarriedOver)
        {
            Enqueue(changes, instance.InstanceId, null, carried);
        }
    }

    private void UpdateStatus(EpisodeOutcome outcome)
    {
        var instance = outcome.Input.Instance;
        var completion = outcome.Result.Completion;
        var reason = outcome.News.LastOrDefault(item => item.Kind is HistoryKind.Suspended or HistoryKind.Resumed)?.Data;
        var status = completion?.Status ?? (outcome.Result.Suspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running);
        _writer.Execute(
            "UPDATE instances SET status = $2, output = $3, custom_status = $4, updated_at = $5 WHERE instance_id = $1",
            instance.InstanceId,
            status,
            completion is null ? reason ?? instance.Output : completion.Output,
            outcome.Result.CustomStatus,
            outcome.Now);
    }
}
