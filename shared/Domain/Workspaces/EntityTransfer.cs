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
/// <param name="Since">The position of the change that froze the top: what was written here later came from somebody who had begun before.</param>
public sealed record EntityTransfer(WorkspaceId From, WorkspaceId To, string Kind, string Key, int ActorId, string Since);

/// <summary>
/// Carries entities from one workspace's partition to another's. Whoever calls freezes the top beforehand (<c>MovesTo</c>): it can be read, and nobody begins to write to it.
/// The parts are copied in small transactions, then the top, through which alone the copies are reached; then every locator points over there, the top here is
/// hidden, and what lies here is removed. Every step can be repeated. A write that was under way when the top was frozen is carried after, unless somebody has
/// changed the same thing over there since.
/// </summary>
public sealed class TransferEntities(IWorkspaces workspaces, ILocators locators, EntityKinds kinds)
{
    private const int Batch = 20;

    /// <summary>Goes on with a transfer.</summary>
    /// <param name="transfer">What goes where.</param>
    /// <param name="change">What an entity becomes over there.</param>
    /// <param name="limit">Parts to copy or to remove in this call.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether it is done; false: call again.</returns>
    public async Task<bool> RunAsync(EntityTransfer transfer, Func<IWorkspaceEntity, IWorkspaceEntity> change, int limit, CancellationToken ct)
    {
        (string Kind, string Key) top = (transfer.Kind, transfer.Key);
        var (parts, state) = await workspaces.ReadAsync(transfer.From, view => (Below(view, top.Kind, top.Key), StateOf(view, transfer)), ct);
        if (state == TopState.Elsewhere)
        {
            return true;
        }

        if (state == TopState.Leaving)
        {
            var (there, hasArrived) = await workspaces.ReadAsync(
                transfer.To, view => (Below(view, top.Kind, top.Key).ToHashSet(), view.All(top.Kind).Any(entity => entity.Key == top.Key)), ct);
            var missing = parts.Where(part => !hasArrived && !there.Contains(part)).ToList();
            await StepAsync(transfer, missing.Take(limit), change, isCopy: true, ct);
            if (missing.Count > limit)
            {
                return false;
            }

            await StepAsync(transfer, hasArrived ? [] : [top], change, isCopy: true, ct);
            var sublabels = await workspaces.ReadAsync(transfer.From, view => Sublabels(view, parts), ct);
            await LocateAsync(transfer.To, [top, .. parts, .. sublabels], ct);
            await HideAsync(transfer, ct);
        }

        // What was found last lies deepest and goes first, so that the rest is found again.
        await StepAsync(transfer, parts.Reverse().Take(limit), change, isCopy: false, ct);
        if (parts.Count > limit)
        {
            return false;
        }

        await StepAsync(transfer, [top], change, isCopy: false, ct);
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

    /// <summary>Work that goes on at an entity or below it, or null.</summary>
    public WorkRequest? ActiveRequest(IWorkspaceView view, string kind, string key) =>
        Below(view, kind, key).Where(part => part.Kind == WorkRequest.Kind).Select(part => view.Find<WorkRequest>(part.Key)).FirstOrDefault(request => request is { IsActive: true });

    /// <summary>The labels of skeletons' points, which have addresses of their own.</summary>
    private static List<(string Kind, string Key)> Sublabels(IWorkspaceView view, IEnumerable<(string Kind, string Key)> parts) =>
        [.. parts.Where(part => part.Kind == Label.Kind).SelectMany(part => view.Find<Label>(part.Key)?.Sublabels ?? []).Select(sub => (Label.Kind, EntityKey.Of(sub.Id)))];

    private static TopState StateOf(IWorkspaceView view, EntityTransfer transfer)
    {
        var (isLeaving, isHidden) = transfer.Kind switch
        {
            _ when transfer.Kind == Project.Kind => view.Find<Project>(transfer.Key) is { } project ? (project.MovesTo == transfer.To.Partition, project.IsDeleted) : default,
            _ when transfer.Kind == AnnotationTask.Kind => view.Find<AnnotationTask>(transfer.Key) is { } task ? (task.MovesTo == transfer.To.Partition, task.IsDeleted) : default,
            _ => (view.All(transfer.Kind).Any(entity => entity.Key == transfer.Key), false),
        };
        return !isLeaving ? TopState.Elsewhere : isHidden ? TopState.Hidden : TopState.Leaving;
    }

    private async Task HideAsync(EntityTransfer transfer, CancellationToken ct)
    {
        if (transfer.Kind == Project.Kind)
        {
            await workspaces.UpdateAsync<Project>(transfer.From, transfer.Key, transfer.ActorId, project => project.IsDeleted ? project : project with { IsDeleted = true }, ct);
        }
        else if (transfer.Kind == AnnotationTask.Kind)
        {
            await workspaces.UpdateAsync<AnnotationTask>(transfer.From, transfer.Key, transfer.ActorId, task => task.IsDeleted ? task : task with { IsDeleted = true }, ct);
        }
    }

    private async Task LocateAsync(WorkspaceId workspace, IEnumerable<(string Kind, string Key)> entities, CancellationToken ct)
    {
        foreach (var kind in entities.GroupBy(entity => entity.Kind, entity => entity.Key))
        {
            await locators.AddAsync(workspace, kind.Key, [.. kind], ct);
        }
    }

    private async Task StepAsync(
        EntityTransfer transfer, IEnumerable<(string Kind, string Key)> entities, Func<IWorkspaceEntity, IWorkspaceEntity> change, bool isCopy, CancellationToken ct)
    {
        foreach (var batch in entities.Chunk(Batch))
        {
            await ConflictRetry.RunAsync(async () =>
            {
                var step = new TransferStep(workspaces, transfer, change, new(transfer.ActorId), new(transfer.ActorId));
                foreach (var (kind, key) in batch)
                {
                    var known = kinds.Find(kind)!;
                    await (isCopy ? known.AddCopyAsync : known.AddRemovalAsync)(step, key, ct);
                }

                await workspaces.CommitAsync(transfer.To, step.There, ct);
                await workspaces.CommitAsync(transfer.From, step.Here, ct);
                return true;
            });
        }
    }

    private enum TopState
    {
        /// <summary>It has moved, or never wanted to.</summary>
        Elsewhere,

        /// <summary>It is read here.</summary>
        Leaving,

        /// <summary>It is read over there.</summary>
        Hidden,
    }
}

/// <summary>A step of a transfer: what is written over there and removed here.</summary>
public sealed record TransferStep(
    IWorkspaces Workspaces, EntityTransfer Transfer, Func<IWorkspaceEntity, IWorkspaceEntity> Change, ChangeSet There, ChangeSet Here)
{
    /// <summary>Copies one entity; nobody changes a copy before the top is there.</summary>
    public async Task CopyAsync<T>(string key, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        if (await Workspaces.FindAsync<T>(Transfer.From, key, ct) is { } read)
        {
            Write(read, await Workspaces.FindAsync<T>(Transfer.To, key, ct));
        }
    }

    /// <summary>Removes one entity here; a part that was written too late for its copy is carried after. One that is gone was removed before.</summary>
    public async Task RemoveAsync<T>(string key, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        if (await Workspaces.FindAsync<T>(Transfer.From, key, ct) is not { } read)
        {
            return;
        }

        var isFrozen = read.Value is Project { MovesTo: not null } or AnnotationTask { MovesTo: not null };
        if (!isFrozen && IsLater(read.Position, Transfer.Since))
        {
            var copy = await Workspaces.FindAsync<T>(Transfer.To, key, ct);
            if (copy is null || IsLater(read.Position, copy.Position))
            {
                Write(read, copy);
            }
        }

        Here.Delete(read);
    }

    private static bool IsLater(string? position, string? other) => string.CompareOrdinal(position, other) > 0;

    private void Write<T>(Versioned<T> read, Versioned<T>? copy)
        where T : class, IWorkspaceEntity<T>
    {
        var moved = (T)Change(read.Value);
        _ = copy is null ? There.Create(moved, read.Position is { } position ? new(Transfer.From, position) : null) : There.Update(copy, moved);
    }
}
