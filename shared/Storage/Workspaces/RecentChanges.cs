using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>The last changes of one kind by version, so that what was derived from its entities can follow instead of being made anew.</summary>
internal sealed class RecentChanges
{
    private const int Kept = 1024;

    private readonly Queue<(long Version, RecentChange Change)> _changes = new();
    private long _forgotten;

    /// <summary>The version of the last change.</summary>
    public long Version { get; private set; }

    /// <summary>Takes one in.</summary>
    public void Add(long version, string key, bool isOnlyMoved)
    {
        Version = version;
        if (_changes.Count == Kept)
        {
            _forgotten = _changes.Dequeue().Version;
        }

        _changes.Enqueue((version, new(key, isOnlyMoved)));
    }

    /// <summary>The changes after a version, oldest first; null where they are not known any more.</summary>
    public IReadOnlyList<RecentChange>? Since(long version) =>
        version < _forgotten ? null : [.. _changes.SkipWhile(change => change.Version <= version).Select(change => change.Change)];
}
