using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>Reads and makes tasks.</summary>
public sealed class TaskService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, LabelEditor labels, Lists lists, Access access, DefaultStorages storages, Assignments assignments, UserService users,
    TimeProvider time)
{
    /// <summary>A page of the tasks that the actor may see.</summary>
    internal async Task<Page<TaskRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(TaskFields.All).And(TaskPolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (view, row) => TaskMapping.ToRead(row.Workspace, view, row.Task, directory), new(Versions, directory.All), ct);

        static ListVersions Versions(IWorkspaceView view) => new(view.Version<AnnotationTask>(), view.Version<Project>(), view.Version<Job>());

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<TaskRow> rows)
        {
            var context = new RowContext(workspace, view, directory);
            var projects = view.All<Project>().Where(project => !project.IsDeleted).ToDictionary(project => project.Id);
            foreach (var task in view.All<AnnotationTask>())
            {
                var project = task.ProjectId is { } id ? projects.GetValueOrDefault(id) : null;
                if (!task.IsDeleted && (task.ProjectId is null || project is not null))
                {
                    rows.Offer(new(task, project, context));
                }
            }
        }
    }

    /// <summary>One task.</summary>
    internal async Task<TaskRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        return await MapAsync(req, found.Workspace, found.Task, ct);
    }

    /// <summary>A task as the actor sees it after a change.</summary>
    internal async Task<TaskRead> MapAsync(HttpRequest req, WorkspaceId workspace, AnnotationTask task, CancellationToken ct)
    {
        var directory = await users.DirectoryAsync(req, ct);
        return await workspaces.ReadAsync(workspace, view => TaskMapping.ToRead(workspace, view, view.Task(task.Id) ?? task, directory), ct);
    }

    /// <summary>Makes a task without data, in a project or with labels of its own.</summary>
    internal async Task<TaskRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var scope = req.Scope();
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var project = await ProjectAsync(actor, scope, fields, ct);
        var write = TaskRules.Read(fields);
        TaskRules.RequireLabelsOrProject(write);
        if (project is not null && project.Workspace.OrganizationId != scope.Target(actor).OrganizationId)
        {
            throw CvatException.Rule("The task and its project should be in the same organization.");
        }

        var workspace = project?.Workspace ?? scope.Target(actor);
        await assignments.CheckAsync(actor, workspace, write.AssigneeId.Value, ct);
        await assignments.CheckAsync(actor, workspace, write.OwnerId.Value, ct);
        var task = await NewAsync(actor, project, write, ct);
        var created = project is null ? await labels.CreateAsync(workspace, new(null, task.Id), write.Labels!, ct) : [];
        await assignments.AdmitAsync(workspace, task.OwnerId, ct);
        await assignments.AdmitAsync(workspace, task.AssigneeId, ct);
        await locators.AddAsync(workspace, AnnotationTask.Kind, [task.Key], ct);
        await workspaces.CreateAsync(workspace, actor.UserId, created, task, ct);
        return await MapAsync(req, workspace, task, ct);
    }

    /// <summary>The project of a new task, and the right to create the task.</summary>
    private async Task<FoundProject?> ProjectAsync(Actor actor, WorkspaceScope scope, FieldReader fields, CancellationToken ct)
    {
        var id = fields.Raw("project_id") is { ValueKind: System.Text.Json.JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : (int?)null;
        var project = id is null ? null : await access.FindProjectAsync(id.Value, ct) ?? throw CvatException.Rule("Project matching query does not exist.");
        TaskPolicy.Table.CheckNew(actor, project is null ? TaskPolicy.Create : TaskPolicy.CreateInProject, scope, project?.Facts);
        return project;
    }

    private async Task<AnnotationTask> NewAsync(Actor actor, FoundProject? project, TaskWrite write, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Id = await sequences.NextAsync(AnnotationTask.Kind, 1, ct),
            Name = write.Name.Value!,
            ProjectId = project?.Project.Id,
            OwnerId = write.OwnerId.Value ?? actor.UserId,
            AssigneeId = write.AssigneeId.Value,
            AssigneeUpdatedDate = write.AssigneeId.Value is null ? null : now,
            BugTracker = write.BugTracker.Or("")!,
            CreatedDate = now,
            UpdatedDate = now,
            Overlap = write.Overlap.Value,
            SegmentSize = write.SegmentSize.Value ?? 0,
            InitialReplicas = write.InitialReplicas.Value ?? 0,
            Subset = write.Subset.Or("")!,
            SourceStorage = await storages.ToDomainAsync(actor, write.SourceStorage, project?.Project.SourceStorage, ct),
            TargetStorage = await storages.ToDomainAsync(actor, write.TargetStorage, project?.Project.TargetStorage, ct),
        };
    }
}
