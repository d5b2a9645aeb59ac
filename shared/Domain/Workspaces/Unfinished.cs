namespace CvatServerless.Domain.Workspaces;

/// <summary>
/// Notes of work on an entity that takes several transactions, made before the first and removed after the last: whoever looks later goes on where a crash stopped it,
/// without searching all workspaces.
/// </summary>
public sealed class Unfinished(ILocators locators)
{
    /// <summary>Notes that work begins; durable with its first transaction.</summary>
    /// <param name="workspace">Where the entity lives.</param>
    /// <param name="work">What is done, such as <c>delete-task</c>.</param>
    /// <param name="key">The entity's key.</param>
    /// <param name="ct">Cancels.</param>
    public Task BeginAsync(WorkspaceId workspace, string work, string key, CancellationToken ct) => locators.AddAsync(workspace, KindOf(work), [key], ct);

    /// <summary>Notes that work is done.</summary>
    public Task EndAsync(string work, string key, CancellationToken ct) => locators.SetAsync(KindOf(work), key, null, ct);

    /// <summary>What has begun of one sort of work and not ended; some of it may be under way at the moment.</summary>
    public async Task<IReadOnlyList<UnfinishedWork>> ListAsync(string work, CancellationToken ct)
    {
        var found = new List<UnfinishedWork>();
        await foreach (var (key, workspace) in locators.ListAsync(KindOf(work), ct))
        {
            found.Add(new(workspace, work, key));
        }

        return found;
    }

    private static string KindOf(string work) => $"unfinished-{work}";
}

/// <summary>A note of <see cref="Unfinished"/>.</summary>
public sealed record UnfinishedWork(WorkspaceId Workspace, string Work, string Key);
