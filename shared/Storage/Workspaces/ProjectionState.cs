using System.Runtime.CompilerServices;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// A workspace's entities in memory. Every entity and every deletion keeps the position of the change that made it so, and an older change that arrives later
/// (a second reading of the overlap window, a slower writer) leaves it alone: the order of the log decides, whatever the order of arrival. Callers lock.
/// </summary>
internal sealed class ProjectionState(EntityKinds kinds) : IWorkspaceView
{
    private static long _lastVersion; // over all states, so that a state loaded anew never looks like an earlier one
    private readonly Dictionary<string, RecentChanges> _recent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Entry>> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Key), ChildIndex> _children = [];
    private readonly Dictionary<(string Kind, string Key), LogPosition> _deleted = [];

    /// <summary>How many entities it holds.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public T? Find<T>(string key)
        where T : class, IWorkspaceEntity<T> =>
        (T?)Entries(T.Kind)?.GetValueOrDefault(key)?.Value;

    /// <inheritdoc/>
    public IReadOnlyCollection<T> All<T>()
        where T : class, IWorkspaceEntity<T> =>
        Entries(T.Kind) is { Count: > 0 } entries ? new EntityCollection<T>(entries.Values, entries.Count) : [];

    /// <inheritdoc/>
    public IEnumerable<IWorkspaceEntity> All(string kind) => Entries(kind)?.Values.Select(entry => entry.Value) ?? [];

    /// <inheritdoc/>
    public IReadOnlyCollection<T> Children<T>(string parentKind, string parentKey)
        where T : class, IWorkspaceEntity<T> =>
        _children.TryGetValue((parentKind, parentKey), out var index) && index.Of(T.Kind) is { Count: > 0 } entries ? new EntityCollection<T>(entries, entries.Count) : [];

    /// <inheritdoc/>
    public DateTimeOffset? LastChanged(string kind, string key) => Entries(kind)?.GetValueOrDefault(key) is { LastChanged: { Millis: > 0 } changed } ? changed.At : null;

    /// <inheritdoc/>
    public long Version<T>()
        where T : class, IWorkspaceEntity<T> => _recent.GetValueOrDefault(T.Kind)?.Version ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<RecentChange>? ChangedSince<T>(long version)
        where T : class, IWorkspaceEntity<T> => _recent.TryGetValue(T.Kind, out var recent) ? recent.Since(version) : [];

    /// <summary>Takes in a row of the log.</summary>
    public void Apply(AppliedChange change)
    {
        foreach (var entity in change.Entities)
        {
            if (kinds.Find(entity.Kind) is { } kind)
            {
                Apply(kind, entity, change.Position);
            }
        }

        // After all of them, because a child may stand before its parent.
        foreach (var entity in change.Entities)
        {
            if (!entity.IsDeleted)
            {
                Move(entity.Kind, entity.Key, change.Position);
            }
        }
    }

    /// <summary>Takes in an entity's own row, whose position orders its value but is no entry of the log.</summary>
    public void ApplyRow(string kindName, string key, ReadOnlyMemory<byte> document, LogPosition position)
    {
        if (kinds.Find(kindName) is { } kind && IsNewer(kindName, key, position, out var existing))
        {
            Set(kind, key, kind.Read(document), position, existing?.LastChanged ?? default);
        }
    }

    /// <summary>Puts an entity of a snapshot into an empty state.</summary>
    public void Restore(EntityKind kind, IWorkspaceEntity value, LogPosition position, LogPosition lastChanged) => Set(kind, value.Key, value, position, lastChanged);

    /// <summary>Forgets deletions that no late change can precede any more.</summary>
    public void ForgetDeletions(LogPosition before)
    {
        foreach (var (key, position) in _deleted)
        {
            if (position < before)
            {
                _deleted.Remove(key);
            }
        }
    }

    /// <summary>A copy of all entries, to be written as a snapshot.</summary>
    public List<SnapshotEntry> Copy()
    {
        var copy = new List<SnapshotEntry>(Count);
        foreach (var (name, entries) in _kinds)
        {
            var kind = kinds.Find(name)!;
            copy.AddRange(entries.Values.Select(entry => new SnapshotEntry(kind, entry.Value, entry.Position, entry.LastChanged)));
        }

        return copy;
    }

    private void Apply(EntityKind kind, AppliedEntity entity, LogPosition position)
    {
        var isNewer = IsNewer(entity.Kind, entity.Key, position, out var existing);
        if (entity.IsDeleted)
        {
            var parents = kind.Parents(existing?.Value ?? kind.Read(entity.Document));
            if (isNewer)
            {
                Remove(kind, entity.Key, existing);
                _deleted[(entity.Kind, entity.Key)] = position;
            }

            MoveAll(kind, parents, position);
        }
        else if (isNewer)
        {
            var value = kind.Read(entity.Document);
            if (existing is not null)
            {
                MoveAll(kind, kind.Parents(existing.Value), position);
            }

            Set(kind, entity.Key, value, position, existing?.LastChanged ?? LatestOfChildren(entity.Kind, entity.Key));
        }
    }

    private bool IsNewer(string kind, string key, LogPosition position, out Entry? existing)
    {
        existing = Entries(kind)?.GetValueOrDefault(key);
        return existing is not null ? position > existing.Position : !_deleted.TryGetValue((kind, key), out var deleted) || position > deleted;
    }

    private void Bump(string kind, string key, bool isOnlyMoved = false)
    {
        if (!_recent.TryGetValue(kind, out var recent))
        {
            _recent.Add(kind, recent = new());
        }

        recent.Add(Interlocked.Increment(ref _lastVersion), key, isOnlyMoved);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Set(EntityKind kind, string key, IWorkspaceEntity value, LogPosition position, LogPosition lastChanged)
    {
        Bump(kind.Kind, key);
        var entries = Entries(kind.Kind) ?? (_kinds[kind.Kind] = new(StringComparer.Ordinal));
        if (entries.TryGetValue(key, out var entry))
        {
            var old = entry.Value;
            (entry.Value, entry.Position, entry.LastChanged) = (value, position, lastChanged);
            if (!kind.Parents(old).SequenceEqual(kind.Parents(value)))
            {
                Unlink(kind, old, key);
                Link(kind, entry);
            }

            return;
        }

        entry = new Entry { Key = key, Value = value, Position = position, LastChanged = lastChanged };
        entries.Add(key, entry);
        _deleted.Remove((kind.Kind, key));
        Link(kind, entry);
        Count++;
    }

    private void Remove(EntityKind kind, string key, Entry? entry)
    {
        if (entry is not null)
        {
            Bump(kind.Kind, key);
            Entries(kind.Kind)!.Remove(key);
            Unlink(kind, entry.Value, key);
            Count--;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Link(EntityKind kind, Entry entry)
    {
        foreach (var parent in kind.Parents(entry.Value))
        {
            if (!_children.TryGetValue(parent, out var index))
            {
                _children.Add(parent, index = new ChildIndex());
            }

            index.Add(kind.Kind, entry);
        }
    }

    private void Unlink(EntityKind kind, IWorkspaceEntity value, string key)
    {
        foreach (var parent in kind.Parents(value))
        {
            if (_children.TryGetValue(parent, out var index) && index.Remove(kind.Kind, key))
            {
                _children.Remove(parent);
            }
        }
    }

    private void MoveAll(EntityKind child, IEnumerable<(string Kind, string Key)> parents, LogPosition position)
    {
        if (!child.MovesParents)
        {
            return;
        }

        foreach (var (kind, key) in parents)
        {
            Move(kind, key, position);
        }
    }

    private void Move(string kindName, string key, LogPosition position)
    {
        if (kinds.Find(kindName) is { } kind && Entries(kindName)?.GetValueOrDefault(key) is { } entry)
        {
            if (position > entry.LastChanged)
            {
                Bump(kindName, key, isOnlyMoved: true);
                entry.LastChanged = position;
            }

            MoveAll(kind, kind.Parents(entry.Value), position);
        }
    }

    private LogPosition LatestOfChildren(string kind, string key) =>
        _children.TryGetValue((kind, key), out var index) ? index.Moving(kinds).Select(entry => entry.LastChanged).DefaultIfEmpty().Max() : default;

    private Dictionary<string, Entry>? Entries(string kind) => _kinds.GetValueOrDefault(kind);
}

/// <summary>An entity as a snapshot keeps it.</summary>
internal readonly record struct SnapshotEntry(EntityKind Kind, IWorkspaceEntity Value, LogPosition Position, LogPosition LastChanged);

/// <summary>An entity in the projection.</summary>
internal sealed class Entry
{
    /// <summary>The entity's key, which the entity itself may build anew each time it is asked.</summary>
    public required string Key { get; init; }

    /// <summary>The entity.</summary>
    public required IWorkspaceEntity Value { get; set; }

    /// <summary>The write that <see cref="Value"/> is of.</summary>
    public required LogPosition Position { get; set; }

    /// <summary>The latest change of it or of anything below it.</summary>
    public required LogPosition LastChanged { get; set; }
}
