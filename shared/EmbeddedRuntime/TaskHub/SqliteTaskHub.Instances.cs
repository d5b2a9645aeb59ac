using System.Text.Json;
using CvatServerless.EmbeddedRuntime.Engine;
using DurableTask.Core.Exceptions;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.TaskHub;

/// <content>Instances: start, look up, list, message, purge.</content>
internal sealed partial class SqliteTaskHub
{
    private const string InstanceColumns =
        "instance_id, execution_id, name, status, created_at, updated_at, start_at, input, output, custom_status, tags, parent_name, parent_id, parent_execution_id, parent_task_id";

    /// <exception cref="OrchestrationAlreadyExistsException">The id is in use and may not be replaced.</exception>
    public HubChanges Start(StartRequest request) => Write(changes => Start(changes, request));

    public InstanceRow? Find(string instanceId)
    {
        lock (_reading)
        {
            return Find(_reader, instanceId);
        }
    }

    /// <summary>Instances in the order of their ids, after <paramref name="afterId"/>.</summary>
    public IReadOnlyList<InstanceRow> List(OrchestrationQuery query, string afterId, int count)
    {
        lock (_reading)
        {
            return _reader.Query(
                $"""
                SELECT {InstanceColumns} FROM instances WHERE instance_id > $1 AND ($2 IS NULL OR substr(instance_id, 1, length($2)) = $2)
                AND ($3 IS NULL OR created_at >= $3) AND ($4 IS NULL OR created_at <= $4) AND ($5 IS NULL OR status IN (SELECT value FROM json_each($5)))
                ORDER BY instance_id LIMIT $6
                """,
                ReadInstance,
                afterId,
                query.InstanceIdPrefix,
                query.CreatedFrom?.UtcDateTime,
                query.CreatedTo?.UtcDateTime,
                StatusList(query.Statuses),
                count);
        }
    }

    /// <summary>Puts a message into an instance's inbox, if <paramref name="check"/> lets it.</summary>
    /// <param name="check">Sees the instance, or null; false drops the message, an exception goes to the caller.</param>
    public HubChanges Send(string instanceId, HistoryEvent message, Func<InstanceRow?, bool> check, string? executionId = null) => Write(changes =>
    {
        if (check(Find(_writer, instanceId)))
        {
            Enqueue(changes, instanceId, executionId, message);
        }
    });

    /// <summary>Deletes one instance, if <paramref name="check"/> lets it; answers whether there was one.</summary>
    public bool Purge(string instanceId, Action<InstanceRow> check)
    {
        var purged = false;
        Write(_ =>
        {
            if (Find(_writer, instanceId) is { } row)
            {
                check(row);
                Delete(instanceId);
                purged = true;
            }
        });
        return purged;
    }

    /// <summary>Deletes all instances of a time and of some statuses, whatever they are doing.</summary>
    public int Purge(PurgeInstancesFilter filter)
    {
        var count = 0;
        Write(_ =>
        {
            var ids = _writer.Query(
                """
                SELECT instance_id FROM instances WHERE ($1 IS NULL OR created_at >= $1) AND ($2 IS NULL OR created_at <= $2)
                AND ($3 IS NULL OR status IN (SELECT value FROM json_each($3)))
                """,
                row => row.GetString(0),
                filter.CreatedFrom?.UtcDateTime,
                filter.CreatedTo?.UtcDateTime,
                StatusList(filter.Statuses));
            ids.ForEach(Delete);
            count = ids.Count;
        });
        return count;
    }

    private static string? StatusList(IEnumerable<OrchestrationRuntimeStatus>? statuses) =>
        statuses?.Cast<int>().ToList() is { Count: > 0 } list ? JsonSerializer.Serialize(list) : null;

    private static InstanceRow ReadInstance(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), (OrchestrationRuntimeStatus)row.GetInt32(3), Time(row, 4) ?? default, Time(row, 5) ?? default)
        {
            StartAt = Time(row, 6),
            Input = Text(row, 7),
            Output = Text(row, 8),
            CustomStatus = Text(row, 9),
            Tags = Text(row, 10) is { } tags ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)! : [],
            Parent = row.IsDBNull(12) ? null : new ParentLink(row.GetString(11), row.GetString(12), row.GetString(13), row.GetInt32(14)),
        };

    private void Start(HubChanges changes, StartRequest request)
    {
        if (Find(_writer, request.InstanceId) is { } existing)
        {
            if (!existing.IsTerminal || request.Dedupe.Contains(existing.Status))
            {
                throw new OrchestrationAlreadyExistsException(request.InstanceId);
            }

            Delete(request.InstanceId);
        }

        var executionId = Guid.NewGuid().ToString("N");
        var dueAt = request.StartAt > request.Now ? request.StartAt : null;
        _writer.Execute(
            $"INSERT INTO instances ({InstanceColumns}) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, NULL, NULL, $8, $9, $10, $11, $12)",
            request.InstanceId,
            executionId,
            request.Name,
            OrchestrationRuntimeStatus.Pending,
            request.Now,
            dueAt,
            request.Input,
            request.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags) : null,
            request.Parent?.Name,
            request.Parent?.InstanceId,
            request.Parent?.ExecutionId,
            request.Parent?.TaskId);
        Enqueue(changes, request.InstanceId, executionId, new HistoryEvent(HistoryKind.ExecutionStarted, request.Now) { Name = request.Name, Data = request.Input }, dueAt);
        changes.Changed.Add(request.InstanceId);
    }

    private void Delete(string instanceId)
    {
        _writer.Execute("DELETE FROM instances WHERE instance_id = $1", instanceId);
        _writer.Execute("DELETE FROM history WHERE instance_id = $1", instanceId);
        _writer.Execute("DELETE FROM inbox WHERE instance_id = $1", instanceId);
    }
}
