using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Workspaces;

/// <summary>A project or a task that goes to another workspace with everything below it.</summary>
/// <param name="From">Where it lives.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Kind">Of the entity at the top.</param>
/// <param name="Key">Of the entity at the top.</param>
/// <param name="ActorId">Who wants it: the owner from then on.</param>
public sealed record EntityTransfer(WorkspaceId From, WorkspaceId To, string Kind, string Key, int ActorId);

/// <summary>
/// Carries entities from one workspace's partition to another's: the parts first, in small transactions (there, then the locators, then here), the entity at the top last, through
/// which alone the parts are reached. Whoever calls hides the top beforehand, so that nobody writes to what moves. Every step can be repeated; a part that was
/// changed after all between its copy and its removal is copied again.
/// </summary>
public sealed class TransferEntities(IWorkspaces workspaces, ILocators locators, EntityKinds kinds)
{
    private const int Batch = 20;

    /// <summary>Moves up to <paramref name="limit"/> parts, and the top once they are all there.</summary>
    /// <param name="transfer">What goes where.</param>
    /// <param name="change">What an entity becomes over there.</param>
    /// <param name="limit">Parts to move in this call.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether the top has moved; false: call again.</returns>
    public async Task<bool> RunAsync(EntityTransfer transfer, Func<IWorkspaceEntity, IWorkspaceEntity> change, int limit, CancellationToken ct)
    {
        var parts = await workspaces.ReadAsync(transfer.From, view => Below(view, transfer.Kind, transfer.Key), ct);
        foreach (var batch in parts.Take(limit).Chunk(Batch))
        {
            await MoveAsync(transfer, batch, change, ct);
        }

        if (parts.Count > limit)
        {
            return false;
        }

        await MoveAsync(transfer, [(transfer.Kind, transfer.Key)], change, ct);
        return true;
    }

    /// <summary>Everything below an entity, by the parents that <see cref="EntityKinds"/> declares, and the requests about it.</summary>
    public IReadOnlyList<(string Kind, string Key)> Below(IWorkspaceView view, string kind, string key)
    {
        var found = new HashSet<(string Kind, string Key)> { (kind, key) };
        int before;
        do
        {
            before = found.Count;
            foreach (var other in kinds.All)
            {
                found.UnionWith(view.All(other.Kind).Where(entity => other.Parents(entity).Any(found.Contains)).Select(entity => (other.Kind, entity.Key)));
            }
        }
        while (found.Count > before);
        found.UnionWith(view.All<WorkRequest>().Where(IsAbout).Select(request => (WorkRequest.Kind, request.Key)));
        found.Remove((kind, key));
        return [.. found];

        bool IsAbout(WorkRequest request) =>
            (request.ProjectId is { } project && found.Contains((Project.Kind, EntityKey.Of(project))))
            || (request.TaskId is { } task && found.Contains((AnnotationTask.Kind, EntityKey.Of(task))))
            || (request.JobId is { } job && found.Contains((Job.Kind, EntityKey.Of(job))));
    }

    /// <summary>The labels of skeletons' points, which have addresses of their own.</summary>
    private static List<(string Kind, string Key)> Sublabels(IWorkspaceView view, IEnumerable<(string Kind, string Key)> parts) =>
        [.. parts.Where(part => part.Kind == Label.Kind).SelectMany(part => view.Find<Label>(part.Key)?.Sublabels ?? []).Select(sub => (Label.Kind, EntityKey.Of(sub.Id)))];

    private Task MoveAsync(EntityTransfer transfer, (string Kind, string Key)[] batch, Func<IWorkspaceEntity, IWorkspaceEntity> change, CancellationToken ct) =>
        ConflictRetry.RunAsync(async () =>
        {
            var (there, here) = (new ChangeSet(transfer.ActorId), new ChangeSet(transfer.ActorId));
            foreach (var (kind, key) in batch)
            {
                await kinds.Find(kind)!.AddMoveAsync(new(workspaces, transfer, change, there, here), key, ct);
            }

            var sublabels = await workspaces.ReadAsync(transfer.From, view => Sublabels(view, batch), ct);
            await workspaces.CommitAsync(transfer.To, there, ct);
            foreach (var (kind, key) in batch.Concat(sublabels))
            {
                if (await locators.FindAsync(kind, key, ct) is { } known && known != transfer.To)
                {
                    await locators.SetAsync(kind, key, transfer.To, ct);
                }
            }

            await workspaces.CommitAsync(transfer.From, here, ct);
            return true;
        });
}

/// <summary>A step of a transfer: what is written over there and removed here.</summary>
public sealed record TransferStep(
    IWorkspaces Workspaces, EntityTransfer Transfer, Func<IWorkspaceEntity, IWorkspaceEntity> Change, ChangeSet There, ChangeSet Here)
{
    /// <summary>Adds one entity; one that is gone here has moved before.</summary>
    public async Task AddAsync<T>(string key, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        if (await Workspaces.FindAsync<T>(Transfer.From, key, ct) is not { } read)
        {
            return;
        }

        var moved = (T)Change(read.Value);
        _ = await Workspaces.FindAsync<T>(Transfer.To, key, ct) is { } copy ? There.Update(copy, moved) : There.Create(moved);
        Here.Delete(read);
    }
}
