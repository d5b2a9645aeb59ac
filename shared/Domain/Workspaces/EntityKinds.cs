using System.Text.Json.Serialization.Metadata;

namespace CvatServerless.Domain.Workspaces;

/// <summary>A kind of entity as the projection knows it: how to read one, and which parents it points at.</summary>
/// <param name="Kind">Its name in row keys.</param>
/// <param name="Read">Reads a stored document.</param>
/// <param name="Write">Writes one as it is stored.</param>
/// <param name="Parents">The parents of an entity, as (kind, key); their <see cref="IWorkspaceView.LastChanged"/> moves with it.</param>
/// <param name="IsTouched">Whether it is also written by <see cref="IWorkspaces.TouchAsync"/>, so that the log alone does not tell its state.</param>
public sealed record EntityKind(
    string Kind,
    Func<ReadOnlyMemory<byte>, IWorkspaceEntity> Read,
    Action<System.Text.Json.Utf8JsonWriter, IWorkspaceEntity> Write,
    Func<IWorkspaceEntity, IEnumerable<(string Kind, string Key)>> Parents,
    bool IsTouched)
{
    /// <summary>Adds an entity of this kind to a step of a transfer.</summary>
    public required Func<TransferStep, string, CancellationToken, Task> AddMoveAsync { get; init; }

    /// <summary>Whether a change moves the parents' <see cref="IWorkspaceView.LastChanged"/>; what is only said about a job leaves its date alone.</summary>
    public bool MovesParents { get; init; } = true;

    /// <summary>Declares a kind; <paramref name="read"/> stands in for its <see cref="IWorkspaceEntity{T}.Json"/> where that is too slow.</summary>
    public static EntityKind Of<T>(Func<T, IEnumerable<(string Kind, string Key)>> parents, bool isTouched = false, Func<ReadOnlyMemory<byte>, T>? read = null)
        where T : class, IWorkspaceEntity<T> =>
        new(
            T.Kind,
            read is null ? body => Deserialize(body, T.Json) : read,
            (json, entity) => System.Text.Json.JsonSerializer.Serialize(json, (T)entity, T.Json),
            entity => parents((T)entity),
            isTouched)
        {
            AddMoveAsync = (step, key, ct) => step.AddAsync<T>(key, ct),
        };

    private static T Deserialize<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> json)
        where T : class =>
        System.Text.Json.JsonSerializer.Deserialize(body.Span, json) ?? throw new InvalidDataException($"An empty {typeof(T).Name}.");
}

/// <summary>The one list of kinds; the projection keeps these and skips rows of any other kind.</summary>
public sealed class EntityKinds(IReadOnlyList<EntityKind> all)
{
    private readonly Dictionary<string, EntityKind> _byName = all.ToDictionary(kind => kind.Kind, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyList<EntityKind> All => all;

    /// <summary>A kind by name, or null.</summary>
    public EntityKind? Find(string kind) => _byName.GetValueOrDefault(kind);
}
