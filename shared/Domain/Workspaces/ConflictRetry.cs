using CvatServerless.Domain.Ports;

namespace CvatServerless.Domain.Workspaces;

/// <summary>Optimistic concurrency: read, decide, write; read again where somebody else was faster.</summary>
public static class ConflictRetry
{
    /// <summary>Attempts in all. Every failure means that somebody else succeeded, so this bounds unfairness, not progress.</summary>
    public const int Attempts = 16;

    /// <summary>Runs a whole use case until it meets no conflict.</summary>
    /// <exception cref="StoreConflictException">It met one <see cref="Attempts"/> times.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> attempt)
    {
        for (var left = Attempts - 1; ; left--)
        {
            try
            {
                return await attempt();
            }
            catch (StoreConflictException) when (left > 0)
            {
                // the next attempt reads afresh
            }
        }
    }

    /// <summary>Reads one entity, changes it and writes it; returns what was stored.</summary>
    /// <param name="workspaces">The store.</param>
    /// <param name="workspace">Where it lives.</param>
    /// <param name="key">Its key.</param>
    /// <param name="actorId">Who acts.</param>
    /// <param name="change">The new state; the same instance: nothing is written.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null where there is no such entity.</returns>
    public static Task<T?> UpdateAsync<T>(
        this IWorkspaces workspaces, WorkspaceId workspace, string key, int? actorId, Func<T, T> change, CancellationToken ct)
        where T : class, IWorkspaceEntity<T> => workspaces.UpdateAsync(workspace, key, actorId, change, Durability.Full, ct);

    /// <summary>The same with a transaction that outlives what it is told to.</summary>
    public static Task<T?> UpdateAsync<T>(
        this IWorkspaces workspaces, WorkspaceId workspace, string key, int? actorId, Func<T, T> change, Durability durability, CancellationToken ct)
        where T : class, IWorkspaceEntity<T> =>
        RunAsync(async () =>
        {
            if (await workspaces.FindAsync<T>(workspace, key, ct) is not { } read)
            {
                return null;
            }

            var changed = change(read.Value);
            if (!ReferenceEquals(changed, read.Value))
            {
                await workspaces.CommitAsync(workspace, new ChangeSet(actorId) { Durability = durability }.Update(read, changed), ct);
            }

            return changed;
        });
}
