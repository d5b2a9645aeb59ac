using System.Runtime.CompilerServices;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>Reads the change log backwards, which the table itself can't: by the chain of an entity's changes, or stretch by stretch.</summary>
internal sealed class ChangeHistory(ITableStore tables, TimeProvider time, WorkspaceStoreOptions options) : IChangeHistory
{
    /// <summary>Bytes of rows held at a time; at least one row is held whatever its size.</summary>
    private const int HeldBytes = 4 << 20;

    private static readonly TimeSpan FirstStretch = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OwnOverlap = TimeSpan.FromSeconds(2);
    private readonly WorkspaceRows _rows = new(tables, time);

    /// <inheritdoc/>
    public TimeSpan Overlap => options.IsSoleWriter ? OwnOverlap : options.Overlap;

    /// <inheritdoc/>
    public bool HasOtherWriters => !options.IsSoleWriter;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChangeEntry> OfEntityAsync(WorkspaceId workspace, string kind, string key, string? before, [EnumeratorCancellation] CancellationToken ct)
    {
        var (position, until) = before is null ? (await LastWriteAsync(workspace, kind, key, ct), null) : (before, before);
        while (true)
        {
            var (entry, entity) = position is null ? default : await FindAsync(workspace, position, kind, key, ct);
            if (entry is null)
            {
                // The last write was no change (progress of a request), the entity is gone, or the cursor is of another entity.
                (entry, entity) = await SearchAsync(workspace, until, kind, key, ct);
            }

            if (entry is null)
            {
                yield break;
            }

            if (entry.Position != before)
            {
                yield return entry;
            }

            if (entity!.Change == ChangeKind.Created)
            {
                yield break;
            }

            (position, until) = (entity.Previous, entry.Position);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChangeEntry> BackwardsAsync(WorkspaceId workspace, string? before, DateTimeOffset from, [EnumeratorCancellation] CancellationToken ct)
    {
        var floor = LogPosition.Before(from);
        var (to, end) = (before is null ? (LogPosition?)null : LogPosition.Parse(before), before is null ? time.GetUtcNow() : LogPosition.Parse(before).At);
        var stretch = FirstStretch;
        while (true)
        {
            var begin = end - DateTimeOffset.UnixEpoch > stretch ? LogPosition.Before(end - stretch) : default;
            begin = begin < floor ? floor : begin;
            var (held, wasCut) = await LastRowsAsync(workspace, begin, to, ct);
            for (var i = held.Count - 1; i >= 0; i--)
            {
                yield return ChangeRow.Read(held[i]);
            }

            if (wasCut)
            {
                to = LogPosition.Parse(held[0].Row.AsSpan(ChangeRow.Prefix.Length));
                stretch = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, (end - to.Value.At).Ticks));
            }
            else if (begin <= floor)
            {
                yield break;
            }
            else
            {
                to = begin;
                stretch *= held.Count == 0 ? 8 : 2;
            }

            end = to.Value.At;
        }
    }

    /// <inheritdoc/>
    public string PositionAt(DateTimeOffset moment) => LogPosition.Before(moment).ToString();

    /// <inheritdoc/>
    public string PositionBefore(string position)
    {
        var (millis, counter, node) = LogPosition.Parse(position);
        var before = node > 0 ? new LogPosition(millis, counter, node - 1)
            : counter > 0 ? new LogPosition(millis, (ushort)(counter - 1), uint.MaxValue)
            : new LogPosition(millis - 1, ushort.MaxValue, uint.MaxValue);
        return before.ToString();
    }

    /// <inheritdoc/>
    public bool IsPosition(string text)
    {
        try
        {
            LogPosition.Parse(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }

    private async Task<string?> LastWriteAsync(WorkspaceId workspace, string kind, string key, CancellationToken ct) =>
        await RowAsync(workspace, EntityRow.KeyOf(kind, key), ct) is { } row ? EntityRow.Read(row).Position.ToString() : null;

    private async Task<(ChangeEntry? Entry, ChangedEntity? Entity)> FindAsync(WorkspaceId workspace, string position, string kind, string key, CancellationToken ct)
    {
        var row = await RowAsync(workspace, ChangeRow.Prefix + position, ct);
        var entry = row is null ? null : ChangeRow.Read(row);
        return Named(entry, kind, key) is { } entity ? (entry, entity) : default;
    }

    private async Task<(ChangeEntry? Entry, ChangedEntity? Entity)> SearchAsync(WorkspaceId workspace, string? before, string kind, string key, CancellationToken ct)
    {
        await foreach (var entry in BackwardsAsync(workspace, before, DateTimeOffset.UnixEpoch, ct))
        {
            if (Named(entry, kind, key) is { } entity)
            {
                return (entry, entity);
            }
        }

        return default;
    }

    private static ChangedEntity? Named(ChangeEntry? entry, string kind, string key) => entry?.Entities.FirstOrDefault(entity => entity.Kind == kind && entity.Key == key);

    private Task<TableRow?> RowAsync(WorkspaceId workspace, string row, CancellationToken ct) =>
        StoreRetry.RunAsync(token => tables.FindAsync(WorkspaceRows.Table, workspace.Partition, row, token), time, ct);

    /// <summary>The last rows of a stretch, as many as may be held, in order; and whether there are more before them.</summary>
    private async Task<(List<TableRow> Rows, bool WasCut)> LastRowsAsync(WorkspaceId workspace, LogPosition from, LogPosition? to, CancellationToken ct)
    {
        var (held, bytes, wasCut) = (new Queue<TableRow>(), 0L, false);
        var range = ChangeRow.From(from);
        await foreach (var page in _rows.PagesAsync(workspace, to is { } end ? range with { To = ChangeRow.KeyOf(end) } : range, ct))
        {
            foreach (var row in page)
            {
                held.Enqueue(row);
                bytes += row.Body.Length;
                while (bytes > HeldBytes && held.Count > 1)
                {
                    bytes -= held.Dequeue().Body.Length;
                    wasCut = true;
                }
            }
        }

        return ([.. held], wasCut);
    }
}
