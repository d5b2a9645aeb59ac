using System.Collections.Concurrent;

namespace CvatServerless.Domain.Workspaces;

/// <summary>
/// Wakes those who wait for a workspace to change. Only commits of this process are heard of, so whoever must know of all changes looks from time to time besides.
/// </summary>
public sealed class WorkspaceSignals
{
    private readonly ConcurrentDictionary<WorkspaceId, TaskCompletionSource> _waiting = new();

    /// <summary>Ends at the next commit. To be asked for before looking, so that what comes in between is not missed.</summary>
    public Task NextAsync(WorkspaceId workspace) => _waiting.GetOrAdd(workspace, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>There was a commit.</summary>
    public void Raise(WorkspaceId workspace)
    {
        if (_waiting.TryRemove(workspace, out var waiting))
        {
            waiting.SetResult();
        }
    }
}
