using System.Globalization;
using System.Text;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Identity;

/// <summary>Accounts on the port of tables; see <see cref="UserRows"/>.</summary>
internal sealed class Accounts(
    ITableStore tables, ISequences sequences, UserDirectory directory, ISessions sessions, AccessTokens tokens, TimeProvider time) : IAccounts
{
    private static readonly TimeSpan CacheFor = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<User?> FindAsync(int id, CancellationToken ct) => (await directory.GetAsync(CacheFor, ct)).Find(id);

    /// <inheritdoc/>
    public async Task<User?> FindByNameAsync(string usernameOrEmail, CancellationToken ct)
    {
        var id = await OwnerAsync(UserRows.OfName(usernameOrEmail), ct) ?? await OwnerAsync(UserRows.OfEmail(usernameOrEmail), ct);
        return id is { } found ? (await ReadAsync(found, ct))?.User : null;
    }

    /// <inheritdoc/>
    public async Task<User?> FindByExternalIdAsync(string externalId, CancellationToken ct) =>
        await OwnerAsync(UserRows.OfExternalId(externalId), ct) is { } id && (await ReadAsync(id, ct))?.User is { } user && user.ExternalId == externalId ? user : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<User>> AllAsync(CancellationToken ct) => (await directory.GetAsync(TimeSpan.Zero, ct)).All;

    /// <inheritdoc/>
    public async Task<User> CreateAsync(Func<int, User> make, CancellationToken ct)
    {
        var user = make(await sequences.NextAsync("user", 1, ct));
        List<TableWrite> writes = [new InsertRow(UserRows.Of(user.Id), UserRows.Write(user)), UserRows.NextVersion()];
        writes.AddRange(UserRows.ClaimsOf(user).Select(claim => Claim(claim.Row, user.Id)));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SubmitAsync(writes, ct);
                return user;
            }
            catch (Exception e) when (e is StoreConflictException or StoreUnavailableException)
            {
                if (await ReadAsync(user.Id, ct) is not null)
                {
                    return user; // An earlier try whose answer was lost.
                }

                await ThrowIfTakenAsync(user, ct);
                if (attempt == StoreRetry.Attempts)
                {
                    throw;
                }

                await StoreRetry.WaitAsync(attempt, time, ct);
            }
        }
    }

    /// <inheritdoc/>
    public Task<User?> UpdateAsync(int id, Func<User, User> change, CancellationToken ct) =>
        UpdateAsync(id, user => Task.FromResult<(User, TableWrite)>((change(user), UserRows.NextVersion())), StoreRetry.Attempts, ct);

    /// <inheritdoc/>
    public Task<User?> UpdateAsync(int id, Func<User, IReadOnlyList<User>, User> change, CancellationToken ct)
    {
        return UpdateAsync(id, ChangeAsync, ConflictRetry.Attempts, ct);

        async Task<(User Changed, TableWrite Version)> ChangeAsync(User user)
        {
            var version = await StoreRetry.RunAsync(token => tables.FindAsync(UserRows.Table, UserRows.Partition, UserRows.Version, token), time, ct);
            var all = await directory.GetAsync(TimeSpan.Zero, ct);
            if (version is null || all.Version != UserRows.VersionOf(version))
            {
                await directory.ForgetAsync(ct);
                throw new StoreConflictException("The accounts have just changed.");
            }

            return (change(user, all.All), UserRows.VersionAfter(version));
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(int id, CancellationToken ct)
    {
        if (await ReadAsync(id, ct) is not { } read)
        {
            return false;
        }

        await sessions.DeleteAllAsync(id, apiKeysOnly: false, ct);
        await tokens.DeleteAllAsync(id, ct);
        List<TableWrite> writes = [new DeleteRow(UserRows.Of(id), read.ETag), UserRows.NextVersion()];
        writes.AddRange(UserRows.ClaimsOf(read.User).Select(claim => new DeleteRow(claim.Row, "*")));
        await SubmitAsync(writes, ct);
        return true;
    }

    /// <summary>Tries a change with the row that marks it until it meets no conflict.</summary>
    private async Task<User?> UpdateAsync(int id, Func<User, Task<(User Changed, TableWrite Version)>> change, int attempts, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await ReadAsync(id, ct) is not { } read)
            {
                return null;
            }

            var changed = read.User;
            try
            {
                var (wanted, version) = await change(read.User);
                changed = wanted with { Id = id };
                await SubmitAsync(WritesOf(read.User, changed, read.ETag, version), ct);
                return changed;
            }
            catch (Exception e) when (e is StoreConflictException or StoreUnavailableException)
            {
                await ThrowIfTakenAsync(changed, ct);
                if (attempt == attempts)
                {
                    throw;
                }

                await StoreRetry.WaitAsync(Math.Min(attempt, StoreRetry.Attempts - 1), time, ct);
            }
        }
    }

    private static List<TableWrite> WritesOf(User before, User after, string etag, TableWrite version)
    {
        var old = UserRows.ClaimsOf(before).Select(claim => claim.Row).ToList();
        var claims = UserRows.ClaimsOf(after).Select(claim => claim.Row).ToList();
        List<TableWrite> writes = [new ReplaceRow(UserRows.Of(after.Id), UserRows.Write(after), etag), version];
        writes.AddRange(old.Except(claims).Select(row => new DeleteRow(row, "*")));
        writes.AddRange(claims.Except(old).Select(row => Claim(row, after.Id)));
        return writes;
    }

    private static InsertRow Claim(string row, int id) => new(row, Encoding.ASCII.GetBytes(id.ToString(CultureInfo.InvariantCulture)));

    private async Task<(User User, string ETag)?> ReadAsync(int id, CancellationToken ct)
    {
        var row = await StoreRetry.RunAsync(token => tables.FindAsync(UserRows.Table, UserRows.Partition, UserRows.Of(id), token), time, ct);
        return row is null ? null : (UserRows.Read(row), row.ETag);
    }

    private async Task<int?> OwnerAsync(string claim, CancellationToken ct)
    {
        var row = await StoreRetry.RunAsync(token => tables.FindAsync(UserRows.Table, UserRows.Partition, claim, token), time, ct);
        return row is null ? null : int.Parse(row.Body.Span, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private async Task ThrowIfTakenAsync(User user, CancellationToken ct)
    {
        foreach (var (row, field) in UserRows.ClaimsOf(user))
        {
            if (await OwnerAsync(row, ct) is { } owner && owner != user.Id)
            {
                throw new AccountTakenException(field);
            }
        }
    }

    private async Task SubmitAsync(List<TableWrite> writes, CancellationToken ct)
    {
        try
        {
            await tables.SubmitAsync(UserRows.Table, UserRows.Partition, writes, ct);
        }
        finally
        {
            await directory.ForgetAsync(CancellationToken.None);
        }
    }
}
