using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.TransferWorkspace;

/// <summary>Carries a stretch of a project's or task's parts over, and the thing itself at the end. Source: contract-resources.md §2.8.</summary>
public sealed class CarryEntities(TransferEntities transfers, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "CarryEntities";

    /// <summary>Parts in one step: well below a minute of work on a slow store.</summary>
    private const int Parts = 400;

    /// <summary>Runs the step; safe to repeat. True once everything is there.</summary>
    [Function(Name)]
    public Task<bool> Run([ActivityTrigger] TransferInput input, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return transfers.RunAsync(input.ToTransfer(), entity => Changed(input, entity, now), Parts, ct);
    }

    /// <summary>Over there the caller owns it, nobody is assigned to anything, and links to storages of the old workspace are gone.</summary>
    private static IWorkspaceEntity Changed(TransferInput input, IWorkspaceEntity entity, DateTimeOffset now) => entity switch
    {
        Project project => project with
        {
            OwnerId = input.ActorId,
            AssigneeId = null,
            AssigneeUpdatedDate = project.AssigneeId is null ? project.AssigneeUpdatedDate : now,
            SourceStorage = input.SourceStorage,
            TargetStorage = input.TargetStorage,
            UpdatedDate = now,
            IsDeleted = false,
            MovesTo = null,
        },
        AnnotationTask task => Changed(input, task, input.Kind == AnnotationTask.Kind, now),
        Job job => job with { AssigneeId = null, AssigneeUpdatedDate = job.AssigneeId is null ? job.AssigneeUpdatedDate : now },
        _ => entity,
    };

    private static AnnotationTask Changed(TransferInput input, AnnotationTask task, bool isTop, DateTimeOffset now) => task with
    {
        OwnerId = input.ActorId,
        AssigneeId = null,
        AssigneeUpdatedDate = task.AssigneeId is null ? task.AssigneeUpdatedDate : now,
        SourceStorage = isTop ? input.SourceStorage : null,
        TargetStorage = isTop ? input.TargetStorage : null,
        Data = task.Data?.Unlinked(),
        UpdatedDate = now,
        IsDeleted = !isTop && task.IsDeleted,
        MovesTo = null,
    };
}
