using System.Runtime.CompilerServices;
using System.Text;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// The table <c>locators</c>: partition = kind, row = key, body = the workspace's partition key. The partition <c>workspace</c> lists the workspaces,
/// <c>guest-{user}</c> the foreign workspaces of a user. Answers are cached: an entity moves at most when its workspace is transferred.
/// </summary>
/// <param name="cacheFor">How long an answer may be used; null: until this process changes it, for a store with no other writer.</param>
internal sealed class Locators(ITableStore tables, TimeProvider time, TimeSpan? cacheFor) : ILocators
{
    private const string Table = "locators";
    private const string Workspaces = "workspace";
    private const int CacheSize = 100_000;
    private const int PageRows = 1000;
    private readonly LruCache<(string Kind, string Key), (WorkspaceId Workspace, long Read)> _cache = new(CacheSize);
    private readonly LruCache<(string Partition, string Row), bool> _recorded = new(CacheSize);

    /// <inheritdoc/>
    public async Task<WorkspaceId?> FindAsync(string kind, string key, CancellationToken ct)
    {
        if (_cache.TryGet((kind, key), out var cached) && (cacheFor is not { } limit || time.GetElapsedTime(cached.Read) < limit))
        {
            return cached.Workspace;
        }

        return await FindAgainAsync(kind, key, ct);
    }

    /// <inheritdoc/>
    public async Task<WorkspaceId?> FindAgainAsync(string kind, string key, CancellationToken ct)
    {
        var row = await StoreRetry.RunAsync(token => tables.FindAsync(Table, kind, key, token), time, ct);
        if (row is null)
        {
            return null;
        }

        var workspace = WorkspaceId.Parse(Encoding.UTF8.GetString(row.Body.Span));
        Remember(kind, key, workspace);
        return workspace;
    }

    /// <inheritdoc/>
    public async Task AddAsync(WorkspaceId workspace, string kind, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        await RecordAsync(Workspaces, workspace, ct);
        var body = Encoding.UTF8.GetBytes(workspace.Partition);
        foreach (var batch in keys.Chunk(TableLimits.BatchRows))
        {

            // The entity's own commit follows and makes this durable with it.
            var writes = batch.Select(key => new UpsertRow(key, body)).ToList<TableWrite>();
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, kind, writes, Durability.Process, token), time, ct);
            foreach (var key in batch)
            {
                Remember(kind, key, workspace);
            }
        }
    }

    /// <inheritdoc/>
    public async Task SetAsync(string kind, string key, WorkspaceId? workspace, CancellationToken ct)
    {
        if (workspace is { } target)
        {
            await AddAsync(target, kind, [key], ct);
            return;
        }

        _cache.Remove((kind, key));
        try
        {
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, kind, [new DeleteRow(key, "*")], token), time, ct);
        }
        catch (StoreConflictException)
        {
            // It is gone already.
        }

        _cache.Remove((kind, key));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<(string Key, WorkspaceId Workspace)> ListAsync(string kind, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in RowsAsync(kind, ct))
        {
            yield return (row.Row, WorkspaceId.Parse(Encoding.UTF8.GetString(row.Body.Span)));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<WorkspaceId>> AllAsync(CancellationToken ct) => WorkspacesAsync(Workspaces, ct);

    /// <inheritdoc/>
    public Task AddGuestAsync(int userId, WorkspaceId workspace, CancellationToken ct) => RecordAsync($"guest-{userId}", workspace, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<WorkspaceId>> GuestOfAsync(int userId, CancellationToken ct) => WorkspacesAsync($"guest-{userId}", ct);

    private async Task RecordAsync(string partition, WorkspaceId workspace, CancellationToken ct)
    {
        if (!_recorded.TryGet((partition, workspace.Partition), out _))
        {
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, partition, [new UpsertRow(workspace.Partition, "{}"u8.ToArray())], token), time, ct);
            _recorded.Set((partition, workspace.Partition), true);
        }
    }

    private async Task<IReadOnlyCollection<WorkspaceId>> WorkspacesAsync(string partition, CancellationToken ct)
    {
        var found = new List<WorkspaceId>();
        await foreach (var row in RowsAsync(partition, ct))
        {
            found.Add(WorkspaceId.Parse(row.Row));
        }

        return found;
    }

    private async IAsyncEnumerable<TableRow> RowsAsync(string partition, [EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, partition, default, PageRows, from, token), time, ct);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private void Remember(string kind, string key, WorkspaceId workspace) => _cache.Set((kind, key), (workspace, time.GetTimestamp()));
}
