using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Api.Live;

/// <summary>
/// Follows the change log of a workspace. A slower writer's change may appear behind a later one, so each look goes back by <see cref="IChangeHistory.Overlap"/> and
/// leaves out what was seen.
/// </summary>
internal sealed class LiveTail(IWorkspaces workspaces, IChangeHistory history, TimeProvider time, WorkspaceId workspace)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private DateTimeOffset _from;

    /// <summary>The workspace.</summary>
    public WorkspaceId Workspace => workspace;

    /// <summary>Begins at a moment; what was written in the overlap before it is told too.</summary>
    public void StartAt(DateTimeOffset moment) => _from = moment - history.Overlap;

    /// <summary>Begins now: what is there is known.</summary>
    public async Task StartNowAsync(CancellationToken ct)
    {
        StartAt(time.GetUtcNow());
        await foreach (var entry in workspaces.ChangesAsync(workspace, history.PositionAt(_from), ct))
        {
            _seen.Add(entry.Position);
        }
    }

    /// <summary>What is new since the last look, at most <paramref name="limit"/> rows of the log.</summary>
    public async Task<List<ChangeEntry>> ReadAsync(int limit, CancellationToken ct)
    {
        var found = new List<ChangeEntry>();
        var settled = time.GetUtcNow() - history.Overlap;
        await foreach (var entry in workspaces.ChangesAsync(workspace, history.PositionAt(_from), ct))
        {
            if (!_seen.Add(entry.Position))
            {
                continue;
            }

            found.Add(entry);
            if (found.Count >= limit)
            {
                settled = entry.At - history.Overlap < settled ? entry.At - history.Overlap : settled;
                break;
            }
        }

        _from = settled > _from ? settled : _from;
        var floor = history.PositionAt(_from);
        _seen.RemoveWhere(position => string.CompareOrdinal(position, floor) < 0);
        return found;
    }
}
