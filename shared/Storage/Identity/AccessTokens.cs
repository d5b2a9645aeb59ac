using System.Globalization;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Identity;

/// <summary>
/// The table <c>tokens</c>: partition <c>user-{id}</c>, row = token id (the token); partition <c>hash</c>, row = hash of the value, body <c>{user}:{token}</c>. The
/// pointer is written first: one that leads nowhere is harmless.
/// </summary>
internal sealed class AccessTokens(ITableStore tables, ISequences sequences, TimeProvider time) : IAccessTokens
{
    private const string Table = "tokens";
    private const string Hashes = "hash";

    /// <inheritdoc/>
    public async Task<AccessToken?> FindByHashAsync(string valueHash, CancellationToken ct)
    {
        var pointer = await StoreRetry.RunAsync(token => tables.FindAsync(Table, Hashes, valueHash, token), time, ct);
        if (pointer is null)
        {
            return null;
        }

        var text = Encoding.ASCII.GetString(pointer.Body.Span).Split(':');
        var found = await ReadAsync(int.Parse(text[0], CultureInfo.InvariantCulture), int.Parse(text[1], CultureInfo.InvariantCulture), ct);
        return found?.Token is { } token && token.ValueHash == valueHash ? token : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AccessToken>> OfUserAsync(int userId, CancellationToken ct)
    {
        var found = new List<AccessToken>();
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, PartitionOf(userId), default, 1000, from, token), time, ct);
            found.AddRange(page.Rows.Select(Read));
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return found;
    }

    /// <inheritdoc/>
    public async Task<AccessToken> CreateAsync(Func<int, AccessToken> make, CancellationToken ct)
    {
        var created = make(await sequences.NextAsync("access_token", 1, ct));
        var pointer = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{created.UserId}:{created.Id}"));
        await WriteAsync(Hashes, new UpsertRow(created.ValueHash, pointer), ct);
        await WriteAsync(PartitionOf(created.UserId), new UpsertRow(EntityKey.Of(created.Id), Write(created)), ct);
        return created;
    }

    /// <inheritdoc/>
    public async Task<AccessToken?> UpdateAsync(int userId, int id, Func<AccessToken, AccessToken> change, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await ReadAsync(userId, id, ct) is not { } read)
            {
                return null;
            }

            var changed = change(read.Token) with { Id = id, UserId = userId, ValueHash = read.Token.ValueHash };
            try
            {
                await WriteAsync(PartitionOf(userId), new ReplaceRow(EntityKey.Of(id), Write(changed), read.ETag), ct);
                return changed;
            }
            catch (StoreConflictException) when (attempt < StoreRetry.Attempts)
            {
                await StoreRetry.WaitAsync(attempt, time, ct);
            }
        }
    }

    /// <summary>Removes every token of a user.</summary>
    public async Task DeleteAllAsync(int userId, CancellationToken ct)
    {
        foreach (var token in await OfUserAsync(userId, ct))
        {
            await DeleteRowAsync(PartitionOf(userId), EntityKey.Of(token.Id), ct);
            await DeleteRowAsync(Hashes, token.ValueHash, ct);
        }
    }

    private static string PartitionOf(int userId) => $"user-{userId}";

    private static AccessToken Read(TableRow row) =>
        JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.AccessToken) ?? throw new InvalidDataException($"The row '{row.Row}' is empty.");

    private static byte[] Write(AccessToken token) => JsonSerializer.SerializeToUtf8Bytes(token, DomainJson.Default.AccessToken);

    private async Task<(AccessToken Token, string ETag)?> ReadAsync(int userId, int id, CancellationToken ct)
    {
        var row = await StoreRetry.RunAsync(token => tables.FindAsync(Table, PartitionOf(userId), EntityKey.Of(id), token), time, ct);
        return row is null ? null : (Read(row), row.ETag);
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
