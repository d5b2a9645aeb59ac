using System.Globalization;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Embedded;

/// <summary>Queue Storage's semantics on SQLite.</summary>
internal sealed class SqliteQueue(SqliteDatabase database, TimeProvider time) : IQueue
{
    /// <inheritdoc/>
    public Task SendAsync(string queue, string text, TimeSpan delay, CancellationToken ct)
    {
        QueueRules.Check(queue, text);
        return database.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow().UtcTicks;
                return session.Execute(
                    "INSERT INTO messages (queue, text, visible, receipt, dequeued, inserted) VALUES ($1, $2, $3, 0, 0, $4)", queue, text, now + delay.Ticks, now);
            },
            ct);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int count, TimeSpan visibility, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        QueueRules.CheckCount(count);
        var now = time.GetUtcNow().UtcTicks;

        // Most polls find nothing; those must not cost a commit.
        if (!database.Read(session => session.First("SELECT 1 FROM messages WHERE queue = $1 AND visible <= $2 LIMIT 1", _ => true, queue, now)))
        {
            return [];
        }

        return await database.WriteAsync(session => Take(session, queue, count, now, visibility), ct);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string queue, QueueItem item, CancellationToken ct) =>
        database.WriteAsync(
            session => session.Execute("DELETE FROM messages WHERE id = $1 AND queue = $2 AND receipt = $3", Number(item.Id), queue, Number(item.Receipt)) == 1, ct);

    /// <inheritdoc/>
    public Task<QueueItem?> ExtendAsync(string queue, QueueItem item, TimeSpan visibility, CancellationToken ct) =>
        database.WriteAsync(
            session =>
            {
                var receipt = database.NextStamp();
                var until = time.GetUtcNow().UtcTicks + visibility.Ticks;
                var changed = session.Execute(
                    "UPDATE messages SET receipt = $4, visible = $5 WHERE id = $1 AND queue = $2 AND receipt = $3",
                    Number(item.Id), queue, Number(item.Receipt), receipt, until);
                return changed == 1 ? item with { Receipt = Text(receipt) } : null;
            },
            ct);

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private List<QueueItem> Take(SqliteSession session, string queue, int count, long now, TimeSpan visibility)
    {
        var items = session.Query(
            "SELECT id, text, dequeued, inserted FROM messages WHERE queue = $1 AND visible <= $2 ORDER BY visible, id LIMIT $3",
            row => new QueueItem(Text(row.GetInt64(0)), Text(database.NextStamp()), row.GetString(1), row.GetInt32(2) + 1, new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero)),
            queue, now, count);
        foreach (var item in items)
        {
            session.Execute(
                "UPDATE messages SET visible = $2, receipt = $3, dequeued = $4 WHERE id = $1", Number(item.Id), now + visibility.Ticks, Number(item.Receipt), item.DequeueCount);
        }

        return items;
    }
}
