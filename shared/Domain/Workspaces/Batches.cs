namespace CvatServerless.Domain.Workspaces;

/// <summary>Writes of more entities than one transaction takes.</summary>
public static class Batches
{
    private const int Entities = 50;

    /// <summary>
    /// Creates entities in as few transactions as they need, the <paramref name="last"/> one alone at the end: nobody sees the others before it is there, where
    /// they are reached only through it.
    /// </summary>
    public static async Task CreateAsync<T, TLast>(
        this IWorkspaces workspaces, WorkspaceId workspace, int? actorId, IReadOnlyList<T> entities, TLast last, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
        where TLast : class, IWorkspaceEntity<TLast>
    {
        var chunks = entities.Chunk(Entities).ToList();
        for (var i = 0; i < chunks.Count; i++)
        {
            var isFinal = i == chunks.Count - 1;
            var changes = new ChangeSet(actorId);
            foreach (var entity in chunks[i])
            {
                changes.Create(entity);
            }

            await workspaces.CommitAsync(workspace, isFinal ? changes.Create(last) : changes, ct);
        }

        if (chunks.Count == 0)
        {
            await workspaces.CommitAsync(workspace, new ChangeSet(actorId).Create(last), ct);
        }
    }

    /// <summary>
    /// Commits changes of any number, in order: in one transaction where they fit, else in several. What the others depend on, such as the owner whose date they move,
    /// comes last.
    /// </summary>
    public static async Task CommitAllAsync(this IWorkspaces workspaces, WorkspaceId workspace, ChangeSet changes, CancellationToken ct)
    {
        foreach (var part in changes.Parts())
        {
            await workspaces.CommitAsync(workspace, part, ct);
        }
    }

    /// <summary>Deletes entities; those that are gone already are skipped, so that it can be repeated after a crash.</summary>
    public static async Task DeleteAllAsync<T>(this IWorkspaces workspaces, WorkspaceId workspace, int? actorId, IEnumerable<string> keys, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        foreach (var chunk in keys.Chunk(Entities))
        {
            await ConflictRetry.RunAsync(async () =>
            {
                var changes = new ChangeSet(actorId);
                foreach (var key in chunk)
                {
                    if (await workspaces.FindAsync<T>(workspace, key, ct) is { } read)
                    {
                        changes.Delete(read);
                    }
                }

                if (changes.Changes.Count > 0)
                {
                    await workspaces.CommitAsync(workspace, changes, ct);
                }

                return 0;
            });
        }
    }
}
