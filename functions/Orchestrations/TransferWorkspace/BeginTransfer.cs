using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.TransferWorkspace;

/// <summary>Freezes what is to move, so that nobody writes to it on the way; it can still be read.</summary>
public sealed class BeginTransfer(IWorkspaces workspaces, TransferEntities transfers)
{
    /// <summary>The function's name.</summary>
    public const string Name = "BeginTransfer";

    /// <summary>
    /// Runs the step; safe to repeat. The position of the change that froze it; null where nothing is to move: it was deleted, moves elsewhere, or is worked on.
    /// </summary>
    [Function(Name)]
    public async Task<string?> Run([ActivityTrigger] TransferInput input, CancellationToken ct) =>
        input.Kind == Project.Kind
            ? await FreezeAsync<Project>(input, project => project.MovesTo, project => project.IsDeleted ? project : project with { MovesTo = input.To }, ct)
            : await FreezeAsync<AnnotationTask>(input, task => task.MovesTo, task => task.IsDeleted ? task : task with { MovesTo = input.To }, ct);

    private async Task<string?> FreezeAsync<T>(TransferInput input, Func<T, string?> target, Func<T, T> freeze, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        var (from, key) = (WorkspaceId.Parse(input.From), EntityKey.Of(input.Id));
        if (await workspaces.ReadAsync(from, view => transfers.ActiveRequest(view, input.Kind, key) is null, ct))
        {
            await workspaces.UpdateAsync<T>(from, key, input.ActorId, entity => target(entity) is null ? freeze(entity) : entity, ct);
        }

        return await workspaces.FindAsync<T>(from, key, ct) is { } read && target(read.Value) == input.To ? read.Position : null;
    }
}
