using CvatServerless.Domain.Workspaces;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// The projection of one workspace: loads it, keeps it current, lets readers in. One refresh at a time; who waited for a refresh that began after they came
/// needs none of their own. Readers share a lock that those who apply changes take alone.
/// </summary>
#pragma warning disable CA1001 // Neither lock holds a handle, and readers may outlive the eviction of the projection.
internal sealed class Projection(
    WorkspaceId workspace, EntityKinds kinds, WorkspaceRows rows, SnapshotBlobs snapshots, HybridClock clock, TimeProvider time, WorkspaceStoreOptions options, ILogger logger)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly HashSet<LogPosition> _recent = [];
    private ProjectionState? _state;
    private List<Action<ProjectionState>>? _arrivedWhileLoading;
    private LogPosition _boundary;
    private LogPosition? _doubtfulFrom;
    private long _started;
    private long _finished;
    private int _changedSinceSnapshot;
    private int _isWritingSnapshot;
    private Task _snapshot = Task.CompletedTask;

    /// <summary>When it was last read, as a timestamp of the time provider.</summary>
    public long LastUsed { get; private set; }

    /// <summary>How many entities it holds.</summary>
    public int Count => Volatile.Read(ref _state)?.Count ?? 0;

    /// <summary>Ends when the snapshot that is being written, if any, is there.</summary>
    public Task SnapshotWritten => _snapshot;

    /// <summary>Runs <paramref name="read"/> on the current state.</summary>
    public async Task<TResult> ReadAsync<TResult>(Func<IWorkspaceView, TResult> read, CancellationToken ct)
    {
        LastUsed = time.GetTimestamp();
        await BringUpToDateAsync(ct);
        StartSnapshotWhenDue();
        _lock.EnterReadLock();
        try
        {
            return read(_state!);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Changes the state at once, or as soon as it is loaded; nothing where nobody has asked for it yet.</summary>
    public void Update(Action<ProjectionState> change, int changedEntities) => Alone(() =>
    {
        if (_state is not null)
        {
            change(_state);
            _changedSinceSnapshot += changedEntities;
        }
        else
        {
            _arrivedWhileLoading?.Add(change);
        }
    });

    /// <summary>A commit at this position may or may not have happened: the log must be asked.</summary>
    public void Doubt(LogPosition position) => Alone(() => _doubtfulFrom = _doubtfulFrom is { } earlier && earlier < position ? earlier : position);

    private async Task BringUpToDateAsync(CancellationToken ct)
    {
        if (options.IsSoleWriter && Volatile.Read(ref _state) is not null && _doubtfulFrom is null)
        {
            return;
        }

        var startedBefore = Interlocked.Read(ref _started);
        await _gate.WaitAsync(ct);
        try
        {
            if (_state is null)
            {
                await LoadAsync(ct);
            }
            else if (options.IsSoleWriter)
            {
                await SettleDoubtAsync(_state, ct);
            }
            else if (_finished <= startedBefore)
            {
                var number = Interlocked.Increment(ref _started);
                await ReadTailAsync(_state, ct);
                _finished = number;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task SettleDoubtAsync(ProjectionState state, CancellationToken ct)
    {
        LogPosition? doubtful = null;
        Alone(() => (doubtful, _doubtfulFrom) = (_doubtfulFrom, null));
        if (doubtful is { } from)
        {
            try
            {
                await ApplyLogAsync(state, from, ct);
            }
            catch
            {
                Doubt(from);
                throw;
            }
        }
    }

    private async Task ReadTailAsync(ProjectionState state, CancellationToken ct)
    {
        var settled = Settled();
        await ApplyLogAsync(state, _boundary, ct);
        MoveBoundary(state, settled);
    }

    private async Task LoadAsync(CancellationToken ct)
    {
        var settled = Settled();
        Alone(() => _arrivedWhileLoading = []);
        try
        {
            var loaded = await snapshots.LoadAsync(workspace, ct);
            var (state, from) = loaded ?? (new ProjectionState(kinds), default);

            // Read before the log, so that the log knows all that the rows know, and used after it: the rows add what was only touched.
            var scanned = await ScanAsync(kinds.All.Where(kind => loaded is null || kind.IsTouched), ct);
            await ApplyLogAsync(state, from, ct);
            scanned.ForEach(row => state.ApplyRow(row.Kind, row.Key, row.Document, row.Position));
            Alone(() =>
            {
                _arrivedWhileLoading!.ForEach(change => change(state));
                _state = state;
            });
            MoveBoundary(state, settled);
        }
        finally
        {
            Alone(() => _arrivedWhileLoading = null);
        }
    }

    private async Task<List<(string Kind, string Key, LogPosition Position, ReadOnlyMemory<byte> Document)>> ScanAsync(IEnumerable<EntityKind> scanned, CancellationToken ct)
    {
        var found = new List<(string, string, LogPosition, ReadOnlyMemory<byte>)>();
        foreach (var kind in scanned)
        {
            await foreach (var page in rows.PagesAsync(workspace, Domain.Ports.RowRange.Prefix(EntityRow.KeyOf(kind.Kind, "")), ct))
            {
                foreach (var row in page)
                {
                    var (position, document) = EntityRow.Read(row);
                    clock.Observe(position);
                    found.Add((kind.Kind, row.Row[(kind.Kind.Length + 1)..], position, document));
                }
            }
        }

        return found;
    }

    private async Task ApplyLogAsync(ProjectionState state, LogPosition from, CancellationToken ct)
    {
        await foreach (var page in rows.PagesAsync(workspace, ChangeRow.From(from), ct))
        {
            var changes = page
                .Where(row => !_recent.Contains(LogPosition.Parse(row.Row.AsSpan(ChangeRow.Prefix.Length))))
                .Select(ChangeRow.ReadForProjection)
                .ToList();
            Alone(() =>
            {
                foreach (var change in changes)
                {
                    clock.Observe(change.Position);
                    state.Apply(change);
                    _changedSinceSnapshot += change.Entities.Count;
                    _recent.Add(change.Position);
                }
            });
        }
    }

    /// <summary>Nothing more is written before this.</summary>
    private LogPosition Settled() => LogPosition.Before(time.GetUtcNow() - options.Overlap);

    private void MoveBoundary(ProjectionState state, LogPosition settled) => Alone(() =>
    {
        _boundary = settled > _boundary ? settled : _boundary;
        _recent.RemoveWhere(position => options.IsSoleWriter || position < _boundary);
        state.ForgetDeletions(_boundary);
    });

    private void Alone(Action action)
    {
        _lock.EnterWriteLock();
        try
        {
            action();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private void StartSnapshotWhenDue()
    {
        if (_changedSinceSnapshot < Math.Max(options.SnapshotAfter, Count / 4) || Interlocked.Exchange(ref _isWritingSnapshot, 1) != 0)
        {
            return;
        }

        // Runs beside the requests; the store waits for it when it is disposed, and nothing is lost where it fails.
        _snapshot = Task.Run(WriteSnapshotAsync);
    }

    private async Task WriteSnapshotAsync()
    {
        try
        {
            LogPosition boundary = default;
            List<SnapshotEntry> entries = [];
            Alone(() =>
            {
                boundary = options.IsSoleWriter ? Settled() : _boundary;
                entries = _state!.Copy();
                _state.ForgetDeletions(boundary);
                _changedSinceSnapshot = 0;
            });
            await snapshots.SaveAsync(workspace, boundary, entries, CancellationToken.None);
        }
        catch (Exception e) when (e is Domain.Ports.StoreUnavailableException or Domain.Ports.StoreConflictException or IOException)
        {
            logger.LogWarning(4002, e, "A snapshot of {Workspace} could not be written.", workspace);
        }
        finally
        {
            Volatile.Write(ref _isWritingSnapshot, 0);
        }
    }
}
