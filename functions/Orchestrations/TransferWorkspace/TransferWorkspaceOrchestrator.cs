using CvatServerless.Domain;
using CvatServerless.Domain.Workspaces;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.TransferWorkspace;

/// <summary>
/// Moves a project or task to another workspace: hidden first, then carried over part by part, whole again at the end. Nothing but the store can fail on the way, so a
/// step is tried until it works: neither half is ever seen.
/// </summary>
public static class TransferWorkspaceOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "TransferWorkspace";

    /// <summary>Runs one transfer; true where it has moved.</summary>
    [Function(Name)]
    public static async Task<bool> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<TransferInput>() ?? throw new InvalidOperationException("No input.");
        if (!await context.CallActivityAsync<bool>(BeginTransfer.Name, input, WorkPolicy.Retry))
        {
            return false;
        }

        while (!await context.CallActivityAsync<bool>(CarryEntities.Name, input, WorkPolicy.Persist))
        {
        }

        return true;
    }
}

/// <summary>A transfer.</summary>
/// <param name="From">The partition that it leaves.</param>
/// <param name="To">The partition that it goes to.</param>
/// <param name="Kind"><c>project</c> or <c>task</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="ActorId">Who wants it.</param>
/// <param name="SourceStorage">Its storages over there.</param>
/// <param name="TargetStorage">Its storages over there.</param>
public sealed record TransferInput(string From, string To, string Kind, int Id, int ActorId, StorageLocation? SourceStorage, StorageLocation? TargetStorage)
{
    /// <summary>What the domain is told.</summary>
    public EntityTransfer ToTransfer() => new(WorkspaceId.Parse(From), WorkspaceId.Parse(To), Kind, EntityKey.Of(Id), ActorId);
}
