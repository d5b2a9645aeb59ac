using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>What the rows of a list are made of: while none of it changes, what was collected for a query can be used again.</summary>
/// <param name="Versions">The versions of a workspace's kinds (<see cref="IWorkspaceView.Version{T}"/>).</param>
/// <param name="Beside">What lies outside of workspaces, such as the users: the same instance while it is unchanged.</param>
internal sealed record ListSource(Func<IWorkspaceView, ListVersions> Versions, object Beside);

/// <summary>Versions of up to four kinds.</summary>
internal readonly record struct ListVersions(long First, long Second = 0, long Third = 0, long Fourth = 0);

/// <summary>
/// Collected rows of recent queries: the pages after a first one, and repetitions of a list that nobody has changed, cost their page and not the list. Bounded by rows.
/// </summary>
internal sealed class ListCache
{
    /// <summary>Rows kept over all queries; a row with what it is sorted by takes about 30 bytes here.</summary>
    private const int MaxRows = 2_000_000;

    private const int MaxQueries = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _recent = [];

    /// <summary>The rows of a query, if its sources are as they were.</summary>
    public object? Find(string key, IReadOnlyList<ListVersions> versions, object beside)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != key)
                {
                    continue;
                }

                _recent.Remove(node);
                if (!ReferenceEquals(node.Value.Beside, beside) || !node.Value.Versions.SequenceEqual(versions))
                {
                    return null;
                }

                _recent.AddFirst(node);
                return node.Value.Rows;
            }

            return null;
        }
    }

    /// <summary>Keeps the rows of a query.</summary>
    public void Keep(string key, IReadOnlyList<ListVersions> versions, object beside, object rows, int count)
    {
        lock (_lock)
        {
            _recent.AddFirst(new Entry(key, versions, beside, rows, count));
            var total = _recent.Sum(entry => (long)entry.Count);
            while (_recent.Count > MaxQueries || (total > MaxRows && _recent.Count > 1))
            {
                total -= _recent.Last!.Value.Count;
                _recent.RemoveLast();
            }
        }
    }

    private sealed record Entry(string Key, IReadOnlyList<ListVersions> Versions, object Beside, object Rows, int Count);
}
