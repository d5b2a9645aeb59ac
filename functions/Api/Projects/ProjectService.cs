using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>Projects.</summary>
public sealed class ProjectService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, LabelEditor labels, Lists lists, Access access, DefaultStorages storages, Assignments assignments, UserService users,
    Transfers transfers, TimeProvider time)
{
    /// <summary>A page of the projects that the actor may see.</summary>
    internal async Task<Page<ProjectRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(ProjectFields.All).And(ProjectPolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (view, row) => ProjectMapping.ToRead(row.Workspace, view, row.Project, directory), new(Versions, directory.All), ct);

        static ListVersions Versions(IWorkspaceView view) => new(view.Version<Project>());

        void Offer(WorkspaceId workspace, IWorkspaceView view, Domain.Filtering.RowCollector<ProjectRow> rows)
        {
            var context = new RowContext(workspace, view, directory);
            foreach (var project in view.All<Project>())
            {
                if (!project.IsDeleted)
                {
                    rows.Offer(new(project, context));
                }
            }
        }
    }

    /// <summary>One project.</summary>
    internal async Task<ProjectRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.ProjectAsync(req.Actor(), id, ProjectPolicy.View, ct);
        return await MapAsync(req, found.Workspace, found.Project, ct);
    }

    /// <summary>Makes a project with its labels.</summary>
    internal async Task<ProjectRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var workspace = req.Scope().Target(actor);
        ProjectPolicy.Table.CheckNew(actor, ProjectPolicy.Create, req.Scope());
        var write = ProjectRules.Read(await Wire.FieldsAsync(req, partial: false, ct));
        await assignments.CheckAsync(actor, workspace, write.AssigneeId.Value, ct);
        await assignments.CheckAsync(actor, workspace, write.OwnerId.Value, ct);
        var now = time.GetUtcNow();
        var project = new Project
        {
            Id = await sequences.NextAsync(Project.Kind, 1, ct),
            Name = write.Name.Value!,
            OwnerId = write.OwnerId.Value ?? actor.UserId,
            AssigneeId = write.AssigneeId.Value,
            AssigneeUpdatedDate = write.AssigneeId.Value is null ? null : now,
            BugTracker = write.BugTracker.Or("")!,
            CreatedDate = now,
            UpdatedDate = now,
            SourceStorage = await storages.ToDomainAsync(actor, write.SourceStorage, null, ct),
            TargetStorage = await storages.ToDomainAsync(actor, write.TargetStorage, null, ct),
        };
        var created = await labels.CreateAsync(workspace, new(project.Id, null), write.Labels ?? [], ct);
        await AdmitAsync(workspace, project, ct);
        await locators.AddAsync(workspace, Project.Kind, [project.Key], ct);
        await workspaces.CreateAsync(workspace, actor.UserId, created, project, ct);
        return await MapAsync(req, workspace, project, ct);
    }

    /// <summary>Changes a project.</summary>
    internal async Task<ProjectRead> UpdateAsync(HttpRequest req, int id, DurableTaskClient client, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await access.ProjectAsync(actor, id, null, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        Authorize(actor, found, fields);
        var write = ProjectRules.Read(fields);
        if (write.OrganizationId.IsSet && write.OrganizationId.Value != found.Workspace.OrganizationId)
        {
            return await TransferAsync(req, found, fields, write, client, ct);
        }

        await assignments.CheckAsync(actor, found.Workspace, write.AssigneeId.Value, ct);
        await assignments.CheckAsync(actor, found.Workspace, write.OwnerId.Value, ct);
        var project = await ConflictRetry.RunAsync(() => TryUpdateAsync(actor, found, write, ct));
        return await MapAsync(req, found.Workspace, project, ct);
    }

    private async Task<ProjectRead> TransferAsync(HttpRequest req, FoundProject found, FieldReader fields, ProjectWrite write, DurableTaskClient client, CancellationToken ct)
    {
        Transfers.RequireOnlyTransfer(fields.Names);
        var actor = req.Actor();
        var (target, scope) = await transfers.TargetAsync(actor, write.OrganizationId.Value, ct);
        ProjectPolicy.Table.CheckNew(actor, ProjectPolicy.Create, scope);
        var (source, output) = (
            await storages.ToDomainAsync(actor, write.SourceStorage, null, ct), await storages.ToDomainAsync(actor, write.TargetStorage, null, ct));
        await transfers.RunAsync(client, new(found.Workspace.Partition, target.Partition, Project.Kind, found.Project.Id, actor.UserId, source, output), ct);
        var moved = await access.FindProjectAsync(found.Project.Id, ct) ?? throw CvatException.NotFound();
        return await MapAsync(req, moved.Workspace, moved.Project, ct);
    }

    private static void Authorize(Actor actor, FoundProject found, FieldReader fields)
    {
        foreach (var name in fields.Names.DefaultIfEmpty(""))
        {
            var action = name switch
            {
                "owner_id" => ProjectPolicy.UpdateOwner,
                "assignee_id" => ProjectPolicy.UpdateAssignee,
                "organization_id" => ProjectPolicy.UpdateOrganization,
                _ => ProjectPolicy.UpdateDescription,
            };
            ProjectPolicy.Table.Check(actor, action, found.Facts);
        }
    }

    private async Task<Project> TryUpdateAsync(Actor actor, FoundProject found, ProjectWrite write, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<Project>(found.Workspace, found.Project.Key, ct) ?? throw CvatException.NotFound();
        var (old, now) = (read.Value, time.GetUtcNow());
        var changes = new ChangeSet(actor.UserId);
        var areLabelsChanged = write.Labels is { Count: > 0 } && await labels.ChangeAsync(found.Workspace, new(old.Id, null), write.Labels, changes, ct);
        var assignee = write.AssigneeId.Or(old.AssigneeId);
        var project = old with
        {
            Name = write.Name.Or(old.Name)!,
            OwnerId = write.OwnerId.Or(old.OwnerId),
            AssigneeId = assignee,
            AssigneeUpdatedDate = assignee == old.AssigneeId ? old.AssigneeUpdatedDate : now,
            BugTracker = write.BugTracker.Or(old.BugTracker)!,
            SourceStorage = await storages.ToDomainAsync(actor, write.SourceStorage, old.SourceStorage, ct),
            TargetStorage = await storages.ToDomainAsync(actor, write.TargetStorage, old.TargetStorage, ct),
            LabelsUpdatedDate = areLabelsChanged ? now : old.LabelsUpdatedDate,
            UpdatedDate = now,
        };
        await AdmitAsync(found.Workspace, project, ct);
        await workspaces.CommitAllAsync(found.Workspace, changes.Update(read, project), ct);
        return project;
    }

    private async Task AdmitAsync(WorkspaceId workspace, Project project, CancellationToken ct)
    {
        await assignments.AdmitAsync(workspace, project.OwnerId, ct);
        await assignments.AdmitAsync(workspace, project.AssigneeId, ct);
    }

    private async Task<ProjectRead> MapAsync(HttpRequest req, WorkspaceId workspace, Project project, CancellationToken ct)
    {
        var directory = await users.DirectoryAsync(req, ct);
        return await workspaces.ReadAsync(workspace, view => ProjectMapping.ToRead(workspace, view, view.Project(project.Id) ?? project, directory), ct);
    }
}
