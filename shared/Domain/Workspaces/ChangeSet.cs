using System.Text.Json.Serialization.Metadata;

namespace CvatServerless.Domain.Workspaces;

/// <summary>An entity as it was read, with the ETag that an update must match.</summary>
public sealed record Versioned<T>(T Value, string ETag)
{
    /// <summary>The position of its last write: where the change log says how it came to be so.</summary>
    public string? Position { get; init; }
}

/// <summary>What happened to an entity.</summary>
public enum ChangeKind
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>Fields changed.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,
}

/// <summary>One entity's part of a <see cref="ChangeSet"/>; <see cref="Before"/> and <see cref="After"/> are the serialized records.</summary>
public sealed record EntityChange(ChangeKind Change, string Kind, string Key, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, string? ETag)
{
    /// <summary>The position of the entity's change before this one: the log's rows of one entity form a chain, so that its history needs no search.</summary>
    public string? Previous { get; init; }
}

/// <summary>
/// The changes of one transaction in one workspace: at most 99 entities, which are written together with one row of the change log, or not at all.
/// </summary>
/// <param name="actorId">The user who acts; null for the system itself.</param>
public sealed class ChangeSet(int? actorId)
{
    /// <summary>Entities in one transaction; the hundredth row is the change row.</summary>
    public const int MaxEntities = 99;

    private readonly List<EntityChange> _changes = [];

    /// <summary>The user who acts; null for the system itself.</summary>
    public int? ActorId => actorId;

    /// <summary>What the transaction outlives; less than everything only where its content can be told again from something durable.</summary>
    public Ports.Durability Durability { get; init; }

    /// <summary>What is to be written, in order.</summary>
    public IReadOnlyList<EntityChange> Changes => _changes;

    /// <summary>Adds an entity that must not exist.</summary>
    public ChangeSet Create<T>(T entity)
        where T : class, IWorkspaceEntity<T>
    {
        _changes.Add(new(ChangeKind.Created, T.Kind, entity.Key, default, Bytes(entity, T.Json), null));
        return this;
    }

    /// <summary>Replaces an entity that must still be as it was read.</summary>
    public ChangeSet Update<T>(Versioned<T> read, T entity)
        where T : class, IWorkspaceEntity<T>
    {
        _changes.Add(new(ChangeKind.Updated, T.Kind, entity.Key, Bytes(read.Value, T.Json), Bytes(entity, T.Json), read.ETag) { Previous = read.Position });
        return this;
    }

    /// <summary>Removes an entity that must still be as it was read.</summary>
    public ChangeSet Delete<T>(Versioned<T> read)
        where T : class, IWorkspaceEntity<T>
    {
        _changes.Add(new(ChangeKind.Deleted, T.Kind, read.Value.Key, Bytes(read.Value, T.Json), default, read.ETag) { Previous = read.Position });
        return this;
    }

    /// <summary>The same changes, in order, in as many sets as transactions need.</summary>
    public IEnumerable<ChangeSet> Parts()
    {
        foreach (var part in _changes.Chunk(MaxEntities))
        {
            var set = new ChangeSet(actorId) { Durability = Durability };
            set._changes.AddRange(part);
            yield return set;
        }
    }

    private static ReadOnlyMemory<byte> Bytes<T>(T value, JsonTypeInfo<T> json) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value, json);
}
