using System.Collections;
using System.Runtime.CompilerServices;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>The children of one entity, by kind, each list ordered by key.</summary>
internal sealed class ChildIndex
{
    private readonly Dictionary<string, List<Entry>> _byKind = new(1, StringComparer.Ordinal);

    /// <summary>The children whose changes move their parents.</summary>
    public IEnumerable<Entry> Moving(EntityKinds kinds) => _byKind.Where(pair => kinds.Find(pair.Key)!.MovesParents).SelectMany(pair => pair.Value);

    /// <summary>Children of a kind, or null.</summary>
    public List<Entry>? Of(string kind) => _byKind.GetValueOrDefault(kind);

    /// <summary>Adds a child; keys mostly grow, so it mostly goes to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(string kind, Entry entry)
    {
        if (!_byKind.TryGetValue(kind, out var entries))
        {
            _byKind.Add(kind, entries = []);
        }

        if (entries.Count == 0 || string.CompareOrdinal(entries[^1].Key, entry.Key) < 0)
        {
            entries.Add(entry);
        }
        else if (Search(entries, entry.Key) is < 0 and var place)
        {
            entries.Insert(~place, entry);
        }
    }

    /// <summary>Removes a child; true where it was the last one of all.</summary>
    public bool Remove(string kind, string key)
    {
        if (_byKind.TryGetValue(kind, out var entries) && Search(entries, key) is >= 0 and var place)
        {
            entries.RemoveAt(place);
            if (entries.Count == 0)
            {
                _byKind.Remove(kind);
            }
        }

        return _byKind.Count == 0;
    }

    private static int Search(List<Entry> entries, string key)
    {
        var (low, high) = (0, entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(entries[middle].Key, key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}

/// <summary>Entities of a kind, read through from their entries.</summary>
internal sealed class EntityCollection<T>(IEnumerable<Entry> entries, int count) : IReadOnlyCollection<T>
    where T : class, IWorkspaceEntity<T>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        foreach (var entry in entries)
        {
            yield return (T)entry.Value;
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
