using System.Collections.Concurrent;
using System.Globalization;
using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.Data.Sqlite;

namespace CvatServerless.EmbeddedRuntime.Queues;

/// <summary>
/// Queues in one SQLite file, owned by one process: messages that were taken when it ended can be taken again when it starts.
/// Commits are durable when a send returns.
/// </summary>
internal sealed class SqliteQueueBackend(HostSettings settings, TimeProvider time) : IQueueBackend, IDisposable
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _arrivals = new();
    private SqliteSession? _session;

    public Task SendAsync(string queue, string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        InTransaction(session => session.Execute(
            "INSERT INTO messages (id, queue, text, inserted_at, expires_at, visible_at, dequeue_count, receipt) VALUES ($1, $2, $3, $4, $5, $4, 0, '')",
            Guid.NewGuid().ToString(), queue, text, Stamp(now), Stamp(now + TimeToLive)));
        Arrived(queue);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int count, TimeSpan visibility, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.FromResult<IReadOnlyList<QueueItem>>(InTransaction(session =>
        {
            session.Execute("DELETE FROM messages WHERE queue = $1 AND expires_at <= $2", queue, Stamp(now));
            var items = session.Query(
                "SELECT id, text, dequeue_count, inserted_at, expires_at FROM messages WHERE queue = $1 AND visible_at <= $2 ORDER BY visible_at, rowid LIMIT $3",
                row => Read(row, now + visibility),
                queue, Stamp(now), count);
            foreach (var item in items)
            {
                session.Execute(
                    "UPDATE messages SET dequeue_count = $1, visible_at = $2, receipt = $3 WHERE id = $4",
                    item.DequeueCount, Stamp(item.NextVisibleAt), item.PopReceipt, item.Id);
            }

            return items;
        }));
    }

    public Task<bool> DeleteAsync(string queue, string id, string popReceipt, CancellationToken cancellationToken) =>
        Task.FromResult(InTransaction(session => session.Execute("DELETE FROM messages WHERE id = $1 AND queue = $2 AND receipt = $3", id, queue, popReceipt)) > 0);

    public Task<string?> HideAsync(string queue, string id, string popReceipt, TimeSpan visibility, CancellationToken cancellationToken)
    {
        var next = NewReceipt();
        var changed = InTransaction(session => session.Execute(
            "UPDATE messages SET visible_at = $1, receipt = $2 WHERE id = $3 AND queue = $4 AND receipt = $5",
            Stamp(time.GetUtcNow() + visibility), next, id, queue, popReceipt));
        if (changed > 0 && visibility <= TimeSpan.Zero)
        {
            Arrived(queue);
        }

        return Task.FromResult(changed > 0 ? next : null);
    }

    public async Task WaitAsync(string queue, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var arrival = _arrivals.GetOrAdd(queue, _ => NewArrival());
        try
        {
            await arrival.Task.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return;
        }

        _arrivals.TryUpdate(queue, NewArrival(), arrival);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _session?.Dispose();
            _session = null;
        }
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string NewReceipt() => Guid.NewGuid().ToString("N");

    private static long Stamp(DateTimeOffset at) => at.UtcTicks;

    private static QueueItem Read(SqliteDataReader row, DateTimeOffset nextVisible) => new(
        row.GetString(0), row.GetString(1), NewReceipt(), row.GetInt32(2) + 1,
        new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero), new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero), nextVisible);

    private void Arrived(string queue) => _arrivals.GetOrAdd(queue, _ => NewArrival()).TrySetResult();

    private T InTransaction<T>(Func<SqliteSession, T> work)
    {
        lock (_gate)
        {
            var session = _session ??= Open();
            return session.InTransaction(() => work(session));
        }
    }

    private SqliteSession Open()
    {
        var session = RuntimeFiles.OpenDatabase(settings, "queues.db");
        session.Execute("""
            CREATE TABLE IF NOT EXISTS messages (
              id TEXT PRIMARY KEY, queue TEXT NOT NULL, text TEXT NOT NULL, inserted_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
              visible_at INTEGER NOT NULL, dequeue_count INTEGER NOT NULL, receipt TEXT NOT NULL)
            """);
        session.Execute("CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible_at)");
        session.Execute("UPDATE messages SET visible_at = $1 WHERE receipt <> '' AND visible_at > $1", Stamp(time.GetUtcNow()));
        return session;
    }
}
