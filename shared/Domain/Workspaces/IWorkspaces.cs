namespace CvatServerless.Domain.Workspaces;

/// <summary>
/// The state of workspaces. Every mutation is one transaction with one row of the change log (design.md §2.3); reads of lists and details go through
/// <see cref="ReadAsync{TResult}"/>, an in-memory projection that is brought up to date from the log's tail first, so that own writes are visible.
/// </summary>
public interface IWorkspaces
{
    /// <summary>The stored entity with its ETag, straight from the table; the first step of an update.</summary>
    Task<Versioned<T>?> FindAsync<T>(WorkspaceId workspace, string key, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>;

    /// <summary>Writes all changes and their change row in one transaction; durable when it returns.</summary>
    /// <exception cref="Ports.StoreConflictException">Somebody else was faster: read again and retry.</exception>
    Task CommitAsync(WorkspaceId workspace, ChangeSet changes, CancellationToken ct);

    /// <summary>Replaces an entity without a change row: progress and heartbeats of a request, nothing else.</summary>
    Task TouchAsync<T>(WorkspaceId workspace, Versioned<T> read, T entity, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>;

    /// <summary>
    /// Runs <paramref name="read"/> on the workspace's up-to-date projection. It must be quick, synchronous and without side effects: writers of the
    /// projection wait for it. Entities are immutable and may leave it.
    /// </summary>
    Task<TResult> ReadAsync<TResult>(WorkspaceId workspace, Func<IWorkspaceView, TResult> read, CancellationToken ct);

    /// <summary>
    /// The change log after <paramref name="after"/> (exclusive; null: from its beginning) in order. The last few seconds may still be overtaken by a slower
    /// writer: a reader that must not miss any keeps an overlap window.
    /// </summary>
    IAsyncEnumerable<ChangeEntry> ChangesAsync(WorkspaceId workspace, string? after, CancellationToken ct);
}

/// <summary>A workspace's entities at one moment.</summary>
public interface IWorkspaceView
{
    /// <summary>One entity, or null.</summary>
    T? Find<T>(string key)
        where T : class, IWorkspaceEntity<T>;

    /// <summary>All entities of a kind, in no order.</summary>
    IReadOnlyCollection<T> All<T>()
        where T : class, IWorkspaceEntity<T>;

    /// <summary>All entities of a kind that the caller knows by name only.</summary>
    IEnumerable<IWorkspaceEntity> All(string kind);

    /// <summary>
    /// Entities of a kind that point at a parent, such as the jobs of a task; O(answer). Which references are indexed is declared once, where
    /// the kinds are registered (<see cref="EntityKinds"/>). Ordered by key.
    /// </summary>
    IReadOnlyCollection<T> Children<T>(string parentKind, string parentKey)
        where T : class, IWorkspaceEntity<T>;

    /// <summary>
    /// When an entity or something below it last changed (a job's save moves its task and project): the time of the latest change row that names it or a
    /// descendant; null where it never did. Among changes that were in flight at the same moment it may name another one than the last.
    /// </summary>
    DateTimeOffset? LastChanged(string kind, string key);

    /// <summary>
    /// A number that moves with every change of an entity of the kind, or of its <see cref="LastChanged"/>: what was derived from the kind's entities in this process
    /// still holds while it is the same. No two states share a number, 0 apart, which is a kind that never had an entity.
    /// </summary>
    long Version<T>()
        where T : class, IWorkspaceEntity<T>;

    /// <summary>
    /// What has changed of a kind since a <see cref="Version{T}"/> of this process, so that what was derived from it can follow; null where that isn't known any more.
    /// </summary>
    IReadOnlyList<RecentChange>? ChangedSince<T>(long version)
        where T : class, IWorkspaceEntity<T>;
}

/// <summary>An entity was created, changed or removed; or only its <see cref="IWorkspaceView.LastChanged"/> moved, because of something below it.</summary>
public readonly record struct RecentChange(string Key, bool IsOnlyMoved);

/// <summary>A row of the change log.</summary>
/// <param name="Position">Its place in the log: ordinal order is the order of the log.</param>
public sealed record ChangeEntry(string Position, DateTimeOffset At, int? ActorId, IReadOnlyList<ChangedEntity> Entities);

/// <summary>
/// One entity's part of a change row: <see cref="Before"/> holds the old values of the fields that changed (null for a creation), <see cref="After"/> the whole
/// new document (null for a deletion).
/// </summary>
public sealed record ChangedEntity(ChangeKind Change, string Kind, string Key, System.Text.Json.JsonElement? Before, System.Text.Json.JsonElement? After)
{
    /// <summary>The position of the entity's change before this one; null for the first, or where the log does not tell.</summary>
    public string? Previous { get; init; }
}

/// <summary>Integer ids, strictly increasing per name; a block of ids may have gaps after a crash, never repeats.</summary>
public interface ISequences
{
    /// <summary>Reserves <paramref name="count"/> ids and returns the first.</summary>
    Task<int> NextAsync(string name, int count, CancellationToken ct);
}

/// <summary>
/// Where an id lives. Written before the entity (a dangling one is harmless), cached. Also names the workspaces themselves and in which workspaces a user is a guest
/// (assigned to something in somebody's personal space).
/// </summary>
public interface ILocators
{
    /// <summary>The workspace of an entity, or null. May be remembered for a while: <see cref="LocatorsExtensions.ReadAsync"/> gets along with that.</summary>
    Task<WorkspaceId?> FindAsync(string kind, string key, CancellationToken ct);

    /// <summary>The same, read afresh.</summary>
    Task<WorkspaceId?> FindAgainAsync(string kind, string key, CancellationToken ct);

    /// <summary>Records where entities live; also records the workspace itself.</summary>
    Task AddAsync(WorkspaceId workspace, string kind, IReadOnlyCollection<string> keys, CancellationToken ct);

    /// <summary>Moves an entity to another workspace (transfer), or removes it (null).</summary>
    Task SetAsync(string kind, string key, WorkspaceId? workspace, CancellationToken ct);

    /// <summary>Every located entity of a kind, read afresh.</summary>
    IAsyncEnumerable<(string Key, WorkspaceId Workspace)> ListAsync(string kind, CancellationToken ct);

    /// <summary>Every workspace that has or had something in it.</summary>
    Task<IReadOnlyCollection<WorkspaceId>> AllAsync(CancellationToken ct);

    /// <summary>Records that a user is assigned to something in a workspace that is not theirs.</summary>
    Task AddGuestAsync(int userId, WorkspaceId workspace, CancellationToken ct);

    /// <summary>Workspaces in which a user is or was assigned to something.</summary>
    Task<IReadOnlyCollection<WorkspaceId>> GuestOfAsync(int userId, CancellationToken ct);
}

/// <summary>Everyday calls.</summary>
public static class LocatorsExtensions
{
    /// <summary>Reads what lives somewhere. Where it is no more, because another process has moved it meanwhile, it is read where it is now.</summary>
    /// <param name="locators">The locators.</param>
    /// <param name="kind">Of the entity.</param>
    /// <param name="key">Of the entity.</param>
    /// <param name="read">Reads it in a workspace; null: it is not there.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null where it is nowhere.</returns>
    public static async Task<T?> ReadAsync<T>(this ILocators locators, string kind, string key, Func<WorkspaceId, Task<T?>> read, CancellationToken ct)
        where T : class
    {
        if (await locators.FindAsync(kind, key, ct) is not { } workspace)
        {
            return null;
        }

        return await read(workspace) is { } found ? found
            : await locators.FindAgainAsync(kind, key, ct) is { } now && now != workspace ? await read(now) : null;
    }
}
