using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Storage.Workspaces;

/// <summary>Workspaces on the ports: rows, change log and projection (design.md §5).</summary>
internal sealed class WorkspaceStore(
    ITableStore tables, IBlobStore blobs, EntityKinds kinds, TimeProvider time, WorkspaceStoreOptions options, WorkspaceSignals signals, ILogger<WorkspaceStore> logger)
    : IWorkspaces, IAsyncDisposable
{
    private readonly ConcurrentDictionary<WorkspaceId, Projection> _projections = new();
    private readonly HybridClock _clock = new(time);
    private readonly WorkspaceRows _rows = new(tables, time);
    private readonly SnapshotBlobs _snapshots = new(blobs, kinds, time, logger);

    /// <inheritdoc/>
    public async Task<Versioned<T>?> FindAsync<T>(WorkspaceId workspace, string key, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        var row = await StoreRetry.RunAsync(token => tables.FindAsync(WorkspaceRows.Table, workspace.Partition, EntityRow.KeyOf(T.Kind, key), token), time, ct);
        if (row is null)
        {
            return null;
        }

        var (position, document) = EntityRow.Read(row);
        _clock.Observe(position);
        var value = JsonSerializer.Deserialize(document.Span, T.Json) ?? throw new InvalidDataException($"The row '{row.Row}' is empty.");
        return new Versioned<T>(value, row.ETag) { Position = position.ToString() };
    }

    /// <inheritdoc/>
    public async Task CommitAsync(WorkspaceId workspace, ChangeSet changes, CancellationToken ct)
    {
        if (changes.Changes.Count == 0)
        {
            return;
        }

        if (changes.Changes.Count > ChangeSet.MaxEntities)
        {
            throw new ArgumentException($"{changes.Changes.Count} entities are more than a transaction takes ({ChangeSet.MaxEntities}).", nameof(changes));
        }

        var position = await SubmitAsync(workspace, changes, ct);
        if (options.IsSoleWriter && _projections.TryGetValue(workspace, out var projection))
        {
            projection.Update(state => state.Apply(ChangeRow.ForProjection(position, changes)), changes.Changes.Count);
        }

        signals.Raise(workspace);
    }

    /// <inheritdoc/>
    public async Task TouchAsync<T>(WorkspaceId workspace, Versioned<T> read, T entity, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        var position = _clock.Next();
        ReadOnlyMemory<byte> document = JsonSerializer.SerializeToUtf8Bytes(entity, T.Json);
        var write = new ReplaceRow(EntityRow.KeyOf(T.Kind, entity.Key), EntityRow.Write(position, document), read.ETag);
        await tables.SubmitAsync(WorkspaceRows.Table, workspace.Partition, [write], Durability.Process, ct);
        if (_projections.TryGetValue(workspace, out var projection))
        {
            projection.Update(state => state.ApplyRow(T.Kind, entity.Key, document, position), 0);
        }
    }

    /// <inheritdoc/>
    public async Task<TResult> ReadAsync<TResult>(WorkspaceId workspace, Func<IWorkspaceView, TResult> read, CancellationToken ct)
    {
        var projection = _projections.GetOrAdd(workspace, id => new Projection(id, kinds, _rows, _snapshots, _clock, time, options, logger));
        var wasEmpty = projection.Count == 0;
        var result = await projection.ReadAsync(read, ct);
        if (wasEmpty)
        {
            EvictBeyondBudget(projection);
        }

        return result;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChangeEntry> ChangesAsync(WorkspaceId workspace, string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        // Positions have a fixed length, so a longer key lies behind its beginning and before the next position.
        var all = RowRange.Prefix(ChangeRow.Prefix);
        var range = after is null ? all : all with { From = $"{ChangeRow.Prefix}{after}-" };
        await foreach (var page in _rows.PagesAsync(workspace, range, ct))
        {
            foreach (var row in page)
            {
                yield return ChangeRow.Read(row);
            }
        }
    }

    /// <summary>Waits for the snapshots that are being written.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_projections.Values.Select(projection => projection.SnapshotWritten));

    private static List<TableWrite> RowsOf(ChangeSet changes, LogPosition position)
    {
        var writes = new List<TableWrite>(changes.Changes.Count + 1);
        foreach (var change in changes.Changes)
        {
            var row = EntityRow.KeyOf(change.Kind, change.Key);
            writes.Add(change.Change switch
            {
                ChangeKind.Created => new InsertRow(row, EntityRow.Write(position, change.After)),
                ChangeKind.Updated => new ReplaceRow(row, EntityRow.Write(position, change.After), change.ETag!),
                _ => new DeleteRow(row, change.ETag!),
            });
        }

        writes.Add(new InsertRow(ChangeRow.KeyOf(position), ChangeRow.Write(position, changes)));
        CheckSize(writes);
        return writes;
    }

    private static void CheckSize(List<TableWrite> writes)
    {
        if (writes.Sum(write => (long)TableRules.BodyOf(write).Length) > TableLimits.BatchBytes || writes.Any(write => TableRules.BodyOf(write).Length > TableLimits.BodyBytes))
        {
            throw new CvatException(ErrorKind.TooLarge, new DetailBody("The change is too large to be stored in one step."));
        }
    }

    /// <summary>
    /// Commits and returns the position that it went in at. An attempt whose outcome is unknown is repeated under the same position: the insertion of the change
    /// row lets only one of them win, however late one arrives and whatever others have done with the entities in between. Repetitions end long before readers
    /// stop looking back for that position.
    /// </summary>
    private async Task<LogPosition> SubmitAsync(WorkspaceId workspace, ChangeSet changes, CancellationToken ct)
    {
        var position = _clock.Next();
        var writes = RowsOf(changes, position);
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await tables.SubmitAsync(WorkspaceRows.Table, workspace.Partition, writes, changes.Durability, ct);
                return position;
            }
            catch (StoreConflictException)
            {
                // The adapter repeats requests too, so even the first conflict may be with ourselves.
                if (await IsCommittedAsync(workspace, position, ct))
                {
                    return position;
                }

                throw;
            }
            catch (StoreUnavailableException) when (attempt < StoreRetry.Attempts && time.GetElapsedTime(started) < options.Overlap / 3)
            {
                await StoreRetry.WaitAsync(attempt, time, ct);
            }
            catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
            {
                Doubt(workspace, position);
                throw;
            }
        }
    }

    private async Task<bool> IsCommittedAsync(WorkspaceId workspace, LogPosition position, CancellationToken ct)
    {
        try
        {
            return await StoreRetry.RunAsync(token => tables.FindAsync(WorkspaceRows.Table, workspace.Partition, ChangeRow.KeyOf(position), token), time, ct) is not null;
        }
        catch
        {
            Doubt(workspace, position);
            throw;
        }
    }

    private void Doubt(WorkspaceId workspace, LogPosition position)
    {
        if (_projections.TryGetValue(workspace, out var projection))
        {
            projection.Doubt(position);
        }
    }

    private void EvictBeyondBudget(Projection current)
    {
        var total = _projections.Values.Sum(projection => (long)projection.Count);
        foreach (var (workspace, projection) in _projections.OrderBy(pair => pair.Value.LastUsed))
        {
            if (total <= options.MaxEntities)
            {
                return;
            }

            if (projection != current && _projections.TryRemove(workspace, out _))
            {
                total -= projection.Count;
            }
        }
    }
}
