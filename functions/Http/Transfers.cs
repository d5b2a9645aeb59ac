using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Orchestrations.TransferWorkspace;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Http;

/// <summary>Transfers between workspaces (contract-resources.md §2.8): checks, starts and awaits them.</summary>
public sealed class Transfers(IWorkspaces workspaces, TransferEntities entities, TimeProvider time)
{
    /// <summary>How long a call waits for the end: within what gateways allow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The fields of a PATCH that asks for a transfer may only be these.</summary>
    /// <exception cref="CvatException">400: there are others.</exception>
    internal static void RequireOnlyTransfer(IEnumerable<string> names)
    {
        if (names.Where(name => name is not ("organization_id" or "source_storage" or "target_storage")).ToList() is { Count: > 0 } others)
        {
            var list = string.Join(", ", others.Select(name => $"'{name}'"));
            throw CvatException.Field(FieldErrors.NonField, $"Fields {{{list}}} cannot be updated when transferring to another workspace");
        }
    }

    /// <summary>Where a transfer goes, with what decides about creations there.</summary>
    /// <exception cref="CvatException">400: there is no such organization.</exception>
    internal async Task<(WorkspaceId Workspace, WorkspaceScope Scope)> TargetAsync(Actor actor, int? organizationId, CancellationToken ct)
    {
        if (organizationId is not { } id)
        {
            return (WorkspaceId.Personal(actor.UserId), WorkspaceScope.Personal);
        }

        var workspace = WorkspaceId.Organization(id);
        var members = await workspaces.ReadAsync(
            workspace, view => view.Find<Organization>(EntityKey.Of(id)) is { IsDeleted: false } ? Members.Of(workspace, view) : null, ct);
        return members is null ? throw CvatException.Rule("Invalid organization id") : (workspace, new(id, false) { Members = members });
    }

    /// <summary>Moves a project or task; returns once it is there.</summary>
    /// <exception cref="CvatException">400: something runs on it; 409: it takes longer than a call may, or another transfer was faster.</exception>
    internal async Task RunAsync(DurableTaskClient client, TransferInput input, CancellationToken ct)
    {
        var transfer = input.ToTransfer();
        await RefuseWhileBusyAsync(transfer, ct);
        var instance = $"transfer-{input.Kind}-{input.Id}-{time.GetUtcNow().UtcTicks:x}";
        await client.ScheduleNewOrchestrationInstanceAsync(TransferWorkspaceOrchestrator.Name, input, new StartOrchestrationOptions(instance), ct);
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            var ended = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, both.Token);
            if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed || !ended.ReadOutputAs<bool>())
            {
                throw CvatException.Detail(ErrorKind.Conflict, "It is being moved or deleted by somebody else.");
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw CvatException.Detail(ErrorKind.Conflict, "The transfer takes a while and goes on in the background.");
        }
    }

    private Task<bool> RefuseWhileBusyAsync(EntityTransfer transfer, CancellationToken ct) => workspaces.ReadAsync(
        transfer.From,
        view =>
        {
            var active = entities.Below(view, transfer.Kind, transfer.Key)
                .Where(part => part.Kind == WorkRequest.Kind)
                .Select(part => view.Find<WorkRequest>(part.Key))
                .FirstOrDefault(request => request is { IsActive: true });
            return active is null ? true : throw CvatException.Rule($"Background processes are still running in the '{(active.Action == "export" ? "export" : "import")}' queue");
        },
        ct);
}
