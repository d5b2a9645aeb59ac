using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Identity;

/// <summary>All accounts in memory. Whether they are current is one point read of the version row; a store with no other writer needs none.</summary>
internal sealed class UserDirectory(ITableStore tables, TimeProvider time, bool isSoleWriter) : IDisposable
{
    private const int PageRows = 1000;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Snapshot? _current;

    /// <summary>The accounts, not older than <paramref name="maxAge"/>.</summary>
    public async Task<Snapshot> GetAsync(TimeSpan maxAge, CancellationToken ct)
    {
        if (_current is { } current && (isSoleWriter || (maxAge > TimeSpan.Zero && time.GetElapsedTime(current.Checked) < maxAge)))
        {
            return current;
        }

        await _gate.WaitAsync(ct);
        try
        {
            return _current is { } loaded && isSoleWriter ? loaded : await LoadAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Something was written here: the next reader loads again.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        // Within the gate, because a load that began before the write must not be kept.
        await _gate.WaitAsync(ct);
        _current = null;
        _gate.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<Snapshot> LoadAsync(CancellationToken ct)
    {
        var checkedAt = time.GetTimestamp();
        var version = await StoreRetry.RunAsync(token => tables.FindAsync(UserRows.Table, UserRows.Partition, UserRows.Version, token), time, ct);
        var text = UserRows.VersionOf(version);
        if (_current is { } current && current.Version == text)
        {
            return _current = current with { Checked = checkedAt };
        }

        var users = new List<User>();
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(
                token => tables.QueryAsync(UserRows.Table, UserRows.Partition, RowRange.Prefix(UserRows.Prefix), PageRows, from, token), time, ct);
            users.AddRange(page.Rows.Select(UserRows.Read));
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return _current = new Snapshot(text, users, checkedAt);
    }

    /// <summary>The accounts as of a version; rows read after it may be newer, and then the version has changed too.</summary>
    internal sealed record Snapshot(string Version, IReadOnlyList<User> All, long Checked)
    {
        private readonly Dictionary<int, User> _byId = All.ToDictionary(user => user.Id);

        /// <summary>One account, or null.</summary>
        public User? Find(int id) => _byId.GetValueOrDefault(id);
    }
}
