using System.Globalization;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Identity;

/// <summary>
/// The table <c>tokens</c>: partition <c>user-{id}</c>, row = token id (the token) and row <c>made</c>, replaced with every new token so that two can't be made without
/// knowing of each other; partition <c>hash</c>, row = hash of the value, body <c>{user}:{token}</c>. The pointer is written first: one that leads nowhere is harmless.
/// </summary>
internal sealed class AccessTokens(ITableStore tables, ISequences sequences, TimeProvider time) : IAccessTokens, IDisposable
{
    private const string Table = "tokens";
    private const string Hashes = "hash";
    private const string Made = "made";
    private static readonly RowRange Ids = new("0", ":");
    private readonly SemaphoreSlim _making = new(1, 1);

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
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, PartitionOf(userId), Ids, 1000, from, token), time, ct);
            found.AddRange(page.Rows.Select(Read));
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return found;
    }

    /// <inheritdoc/>
    public async Task<AccessToken> CreateAsync(int userId, Func<int, IReadOnlyList<AccessToken>, AccessToken> make, CancellationToken ct)
    {
        var id = await sequences.NextAsync("access_token", 1, ct);

        // Those of this process come one after the other; only other processes are met as conflicts.
        await _making.WaitAsync(ct);
        try
        {
            return await ConflictRetry.RunAsync(() => TryCreateAsync(userId, id, make, ct));
        }
        finally
        {
            _making.Release();
        }
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

    /// <inheritdoc/>
    public void Dispose() => _making.Dispose();

    /// <summary>Removes every token of a user.</summary>
    public async Task DeleteAllAsync(int userId, CancellationToken ct)
    {
        foreach (var token in await OfUserAsync(userId, ct))
        {
            await DeleteRowAsync(PartitionOf(userId), EntityKey.Of(token.Id), ct);
            await DeleteRowAsync(Hashes, token.ValueHash, ct);
        }

        await DeleteRowAsync(PartitionOf(userId), Made, ct);
    }

    private static string PartitionOf(int userId) => $"user-{userId}";

    private static AccessToken Read(TableRow row) =>
        JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.AccessToken) ?? throw new InvalidDataException($"The row '{row.Row}' is empty.");

    private static byte[] Write(AccessToken token) => JsonSerializer.SerializeToUtf8Bytes(token, DomainJson.Default.AccessToken);

    private async Task<AccessToken> TryCreateAsync(int userId, int id, Func<int, IReadOnlyList<AccessToken>, AccessToken> make, CancellationToken ct)
    {
        var partition = PartitionOf(userId);
        var made = await StoreRetry.RunAsync(token => tables.FindAsync(Table, partition, Made, token), time, ct);
        var others = await OfUserAsync(userId, ct);
        if (others.FirstOrDefault(token => token.Id == id) is { } known)
        {
            return known; // An earlier try whose answer was lost.
        }

        var created = make(id, others) with { Id = id, UserId = userId };
        var pointer = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{userId}:{id}"));
        await WriteAsync(Hashes, new UpsertRow(created.ValueHash, pointer), ct);
        var last = Encoding.ASCII.GetBytes(id.ToString(CultureInfo.InvariantCulture));
        TableWrite seal = made is null ? new InsertRow(Made, last) : new ReplaceRow(Made, last, made.ETag);
        await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, partition, [new InsertRow(EntityKey.Of(id), Write(created)), seal], token), time, ct);
        return created;
    }

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
