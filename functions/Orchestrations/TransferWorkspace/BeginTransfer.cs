using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.TransferWorkspace;

/// <summary>Hides what is to move, so that nobody writes to it on the way.</summary>
public sealed class BeginTransfer(IWorkspaces workspaces)
{
    /// <summary>The function's name.</summary>
    public const string Name = "BeginTransfer";

    /// <summary>Runs the step; safe to repeat. False where there is nothing to move: it was deleted, or moves elsewhere.</summary>
    [Function(Name)]
    public async Task<bool> Run([ActivityTrigger] TransferInput input, CancellationToken ct)
    {
        var (from, key) = (WorkspaceId.Parse(input.From), EntityKey.Of(input.Id));
        var leaving = input.Kind == Project.Kind
            ? (await workspaces.UpdateAsync<Project>(from, key, input.ActorId, project => project.IsDeleted ? project : project with { IsDeleted = true, MovesTo = input.To }, ct))?.MovesTo
            : (await workspaces.UpdateAsync<AnnotationTask>(from, key, input.ActorId, task => task.IsDeleted ? task : task with { IsDeleted = true, MovesTo = input.To }, ct))?.MovesTo;
        return leaving == input.To;
    }
}
