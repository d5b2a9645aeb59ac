using System.Text.Json;
using CvatServerless.Domain;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Identity;

/// <summary>
/// The table <c>sessions</c>: partition = hash, row <c>session</c>; and, so that all of a user's can be ended, partition <c>user-{id}</c>, row = hash. The second is
/// written first and removed last: a row of it may point at nothing, but no session is without one.
/// </summary>
internal sealed class Sessions(ITableStore tables, TimeProvider time) : ISessions
{
    private const string Table = "sessions";
    private const string Row = "session";

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string secretHash, CancellationToken ct)
    {
        var row = await StoreRetry.RunAsync(token => tables.FindAsync(Table, secretHash, Row, token), time, ct);
        return row is null ? null : JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.Session);
    }

    /// <inheritdoc/>
    public async Task SaveAsync(string secretHash, Session session, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(session, DomainJson.Default.Session);
        await WriteAsync(IndexOf(session.UserId), new UpsertRow(secretHash, body), ct);
        await WriteAsync(secretHash, new UpsertRow(Row, body), ct);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string secretHash, CancellationToken ct)
    {
        if (await FindAsync(secretHash, ct) is { } session)
        {
            await DeleteAsync(secretHash, session.UserId, ct);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAllAsync(int userId, bool apiKeysOnly, CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, IndexOf(userId), default, 1000, from, token), time, ct);
            foreach (var row in page.Rows)
            {
                if (!apiKeysOnly || JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.Session)?.IsApiKey == true)
                {
                    await DeleteAsync(row.Row, userId, ct);
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private static string IndexOf(int userId) => $"user-{userId}";

    private async Task DeleteAsync(string secretHash, int userId, CancellationToken ct)
    {
        await DeleteRowAsync(secretHash, Row, ct);
        await DeleteRowAsync(IndexOf(userId), secretHash, ct);
    }

    private async Task DeleteRowAsync(string partition, string row, CancellationToken ct)
    {
        try
        {
            await WriteAsync(partition, new DeleteRow(row, "*"), ct);
        }
        catch (StoreConflictException)
        {
            // It is gone already.
        }
    }

    private async Task WriteAsync(string partition, TableWrite write, CancellationToken ct) =>
        await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, partition, [write], token), time, ct);
}
