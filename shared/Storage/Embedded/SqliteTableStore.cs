using System.Globalization;
using CvatServerless.Domain.Ports;
using Microsoft.Data.Sqlite;

namespace CvatServerless.Storage.Embedded;

/// <summary>Table Storage's semantics on SQLite.</summary>
internal sealed class SqliteTableStore(SqliteDatabase database, TimeProvider time) : ITableStore
{
    private const int MaxPageRows = 1000;
    private const int MaxPageBytes = 4 * 1024 * 1024;

    /// <inheritdoc/>
    public Task<TableRow?> FindAsync(string table, string partition, string row, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        TableRules.Check(table, partition);
        TableRules.CheckKey(row);
        return Task.FromResult(database.Read(session => session.First(
            "SELECT row, body, etag, time FROM rows WHERE tbl = $1 AND part = $2 AND row = $3", ReadRow, table, partition, row)));
    }

    /// <inheritdoc/>
    public Task<TablePage> QueryAsync(string table, string partition, RowRange range, int pageSize, string? continuation, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        TableRules.Check(table, partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        var limit = Math.Min(pageSize, MaxPageRows);
        var rows = new List<TableRow>();
        long bytes = 0;
        bool Take(SqliteDataReader reader)
        {
            var row = ReadRow(reader);
            rows.Add(row);
            bytes += row.Body.Length;
            return rows.Count < limit && bytes < MaxPageBytes;
        }

        // Two texts instead of "OR $to IS NULL", which would hide the upper bound from the query planner.
        var from = continuation ?? range.From ?? "";
        var comparison = continuation is null ? ">=" : ">";
        database.Read(session =>
        {
            if (range.To is { } to)
            {
                session.Scan($"SELECT row, body, etag, time FROM rows WHERE tbl = $1 AND part = $2 AND row {comparison} $3 AND row < $4 ORDER BY row", Take, table, partition, from, to);
            }
            else
            {
                session.Scan($"SELECT row, body, etag, time FROM rows WHERE tbl = $1 AND part = $2 AND row {comparison} $3 ORDER BY row", Take, table, partition, from);
            }

            return true;
        });
        return Task.FromResult(new TablePage(rows, rows.Count >= limit || bytes >= MaxPageBytes ? rows[^1].Row : null));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string?>> SubmitAsync(string table, string partition, IReadOnlyList<TableWrite> writes, Durability durability, CancellationToken ct)
    {
        TableRules.Check(table, partition, writes);
        return database.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow().UtcTicks;
                var etags = new string?[writes.Count];
                for (var i = 0; i < writes.Count; i++)
                {
                    etags[i] = Apply(session, table, partition, writes[i], now);
                }

                return (IReadOnlyList<string?>)etags;
            },
            durability,
            ct);
    }

    private static TableRow ReadRow(SqliteDataReader reader) =>
        new(reader.GetString(0), reader.GetFieldValue<byte[]>(1), ETagOf(reader.GetInt64(2)), new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero));

    private static string ETagOf(long stamp) => stamp.ToString("x", CultureInfo.InvariantCulture);

    private static long StampOf(string etag) => long.TryParse(etag, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var stamp) ? stamp : -1;

    private string? Apply(SqliteSession session, string table, string partition, TableWrite write, long now)
    {
        var stamp = database.NextStamp();
        var changed = write switch
        {
            InsertRow insert => session.Execute("INSERT OR IGNORE INTO rows VALUES ($1, $2, $3, $4, $5, $6)", table, partition, insert.Row, insert.Body, stamp, now),
            ReplaceRow replace => session.Execute(
                "UPDATE rows SET body = $4, etag = $5, time = $6 WHERE tbl = $1 AND part = $2 AND row = $3 AND etag = $7",
                table, partition, replace.Row, replace.Body, stamp, now, StampOf(replace.ETag)),
            UpsertRow upsert => session.Execute("INSERT OR REPLACE INTO rows VALUES ($1, $2, $3, $4, $5, $6)", table, partition, upsert.Row, upsert.Body, stamp, now),
            DeleteRow { ETag: "*" } delete => session.Execute("DELETE FROM rows WHERE tbl = $1 AND part = $2 AND row = $3", table, partition, delete.Row),
            DeleteRow delete => session.Execute(
                "DELETE FROM rows WHERE tbl = $1 AND part = $2 AND row = $3 AND etag = $4", table, partition, delete.Row, StampOf(delete.ETag)),
            _ => throw new ArgumentException($"An unknown write {write}.", nameof(write)),
        };
        return changed == 0
            ? throw new StoreConflictException($"{table}/{partition}/{write.Row} is not as it was expected.")
            : write is DeleteRow ? null : ETagOf(stamp);
    }
}
