using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>Changes tasks.</summary>
public sealed class TaskUpdates(IWorkspaces workspaces, DefaultStorages storages, LabelEditor labels, TaskMoves moves, Transfers transfers, Access access, Assignments assignments, TimeProvider time)
{
    /// <summary>Changes a task; returns it with its workspace.</summary>
    internal async Task<FoundTask> RunAsync(HttpRequest req, int id, DurableTaskClient client, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await access.TaskAsync(actor, id, null, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        Authorize(actor, found, fields);
        var write = TaskRules.Read(fields);
        if (write.OrganizationId.IsSet && write.OrganizationId.Value != found.Workspace.OrganizationId)
        {
            return await TransferAsync(actor, found, fields, write, client, ct);
        }

        await assignments.CheckAsync(actor, found.Workspace, write.AssigneeId.Value, ct);
        await assignments.CheckAsync(actor, found.Workspace, write.OwnerId.Value, ct);
        var target = write.ProjectId.Value is { } projectId && projectId != found.Task.ProjectId ? await TargetAsync(actor, found, projectId, ct) : null;
        var task = target is null
            ? await ConflictRetry.RunAsync(() => TryUpdateAsync(actor, found, write, ct))
            : await moves.RunAsync(actor.UserId, found, target.Project, write.Labels ?? [], ct);
        return found with { Task = task };
    }

    private static void Authorize(Actor actor, FoundTask found, FieldReader fields)
    {
        foreach (var name in fields.Names.DefaultIfEmpty(""))
        {
            var action = name switch
            {
                "owner_id" => TaskPolicy.UpdateOwner,
                "assignee_id" => TaskPolicy.UpdateAssignee,
                "project_id" => TaskPolicy.UpdateProject,
                "organization_id" => TaskPolicy.UpdateOrganization,
                _ => TaskPolicy.UpdateDescription,
            };
            TaskPolicy.Table.Check(actor, action, found.Facts);
        }
    }

    private async Task<FoundTask> TransferAsync(Actor actor, FoundTask found, FieldReader fields, TaskWrite write, DurableTaskClient client, CancellationToken ct)
    {
        if (write.ProjectId.Value is not null)
        {
            throw CvatException.Rule("A task cannot be moved into a project and into an organization at the same time");
        }

        if (found.Task.ProjectId is not null)
        {
            throw CvatException.Rule("Only top-level resources can be moved between workspaces");
        }

        Transfers.RequireOnlyTransfer(fields.Names);
        var (target, scope) = await transfers.TargetAsync(actor, write.OrganizationId.Value, ct);
        TaskPolicy.Table.CheckNew(actor, TaskPolicy.Create, scope);
        var (source, output) = (
            await storages.ToDomainAsync(actor, write.SourceStorage, null, ct), await storages.ToDomainAsync(actor, write.TargetStorage, null, ct));
        await transfers.RunAsync(client, new(found.Workspace.Partition, target.Partition, AnnotationTask.Kind, found.Task.Id, actor.UserId, source, output), ct);
        return await access.FindTaskAsync(found.Task.Id, ct) ?? throw CvatException.NotFound();
    }

    private async Task<AnnotationTask> TryUpdateAsync(Actor actor, FoundTask found, TaskWrite write, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<AnnotationTask>(found.Workspace, found.Task.Key, ct) ?? throw CvatException.NotFound();
        var (old, now) = (read.Value, time.GetUtcNow());
        var changes = new ChangeSet(actor.UserId);
        var areLabelsChanged = old.ProjectId is null && write.Labels is { Count: > 0 }
            && await labels.ChangeAsync(found.Workspace, new(null, old.Id), write.Labels, changes, ct);
        var assignee = write.AssigneeId.Or(old.AssigneeId);
        var task = old with
        {
            Name = write.Name.Or(old.Name)!,
            OwnerId = write.OwnerId.Or(old.OwnerId),
            AssigneeId = assignee,
            AssigneeUpdatedDate = assignee == old.AssigneeId ? old.AssigneeUpdatedDate : now,
            BugTracker = write.BugTracker.Or(old.BugTracker)!,
            Subset = write.Subset.Or(old.Subset)!,
            SourceStorage = await storages.ToDomainAsync(actor, write.SourceStorage, old.SourceStorage, ct),
            TargetStorage = await storages.ToDomainAsync(actor, write.TargetStorage, old.TargetStorage, ct),
            LabelsUpdatedDate = areLabelsChanged ? now : old.LabelsUpdatedDate,
            UpdatedDate = now,
        };
        await assignments.AdmitAsync(found.Workspace, task.OwnerId, ct);
        await assignments.AdmitAsync(found.Workspace, task.AssigneeId, ct);
        await workspaces.CommitAllAsync(found.Workspace, changes.Update(read, task), ct);
        return task;
    }

    private async Task<FoundProject> TargetAsync(Actor actor, FoundTask found, int projectId, CancellationToken ct)
    {
        var target = await access.FindProjectAsync(projectId, ct) ?? throw CvatException.Rule("Project matching query does not exist.");
        TaskPolicy.Table.Check(actor, TaskPolicy.CreateInProject, target.Facts);
        if (target.Workspace != found.Workspace)
        {
            throw CvatException.Rule("The task and its project should be in the same organization.");
        }

        return target;
    }
}
