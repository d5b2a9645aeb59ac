using System.Text.Json;
using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.TaskHub;

/// <summary>
/// Instances, histories and messages in one SQLite file of one process. Every method that changes something is one durable transaction.
/// </summary>
internal sealed partial class SqliteTaskHub : IDisposable
{
    private const string EventColumns = "kind, at, task_id, name, data, fire_at, target, failure";
    private readonly Lock _writing = new();
    private readonly Lock _reading = new();
    private readonly SqliteSession _writer;
    private readonly SqliteSession _reader;
    private readonly Action<int>? _afterCommit;
    private int _commits;
    private bool _disposed;

    /// <param name="path">The database file; its folder exists.</param>
    /// <param name="afterCommit">Told the number of each commit of this process, from 1: tests stop the process there.</param>
    public SqliteTaskHub(string path, Action<int>? afterCommit = null)
    {
        _afterCommit = afterCommit;
        _writer = new SqliteSession(path);
        TaskHubSchema.Apply(_writer);
        _reader = new SqliteSession(path);
    }

    public void Dispose()
    {
        lock (_writing)
        {
            _disposed = true;
            _writer.Dispose();
        }

        lock (_reading)
        {
            _reader.Dispose();
        }
    }

    /// <summary>All that was unfinished when the process ended.</summary>
    public HubChanges LoadUnfinished()
    {
        lock (_reading)
        {
            var changes = new HubChanges();
            changes.Messages.AddRange(_reader.Query("SELECT instance_id, due_at FROM inbox", row => (row.GetString(0), Time(row, 1))));
            changes.Activities.AddRange(_reader.Query(
                "SELECT id, instance_id, execution_id, task_id, name, input FROM activities ORDER BY id",
                row => new ActivityWork(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), Text(row, 5))));
            return changes;
        }
    }

    private HubChanges Write(Action<HubChanges> work)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var changes = _writer.InTransaction(() =>
            {
                var collected = new HubChanges();
                work(collected);
                return collected;
            });
            _afterCommit?.Invoke(++_commits);
            return changes;
        }
    }

    private static InstanceRow? Find(SqliteSession session, string instanceId) =>
        session.Query($"SELECT {InstanceColumns} FROM instances WHERE instance_id = $1", ReadInstance, instanceId).FirstOrDefault();

    private void Enqueue(HubChanges changes, string instanceId, string? executionId, HistoryEvent message, DateTime? dueAt = null)
    {
        _writer.Execute(
            $"INSERT INTO inbox (instance_id, execution_id, due_at, {EventColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [instanceId, executionId, dueAt, .. Values(message)]);
        changes.Messages.Add((instanceId, dueAt));
    }

    private static object?[] Values(HistoryEvent item) =>
    [
        item.Kind, item.At, item.TaskId, item.Name, item.Data, item.FireAt, item.Target,
        item.Failure is null ? null : JsonSerializer.Serialize(item.Failure),
    ];

    private static HistoryEvent ReadEvent(SqliteDataReader row, int at) => new((HistoryKind)row.GetInt32(at), Time(row, at + 1) ?? default)
    {
        TaskId = row.GetInt32(at + 2),
        Name = Text(row, at + 3),
        Data = Text(row, at + 4),
        FireAt = Time(row, at + 5),
        Target = Text(row, at + 6),
        Failure = Text(row, at + 7) is { } failure ? JsonSerializer.Deserialize<TaskFailureDetails>(failure) : null,
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTime? Time(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new DateTime(row.GetInt64(column), DateTimeKind.Utc);
}
