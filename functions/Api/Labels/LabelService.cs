using System.Globalization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Labels;

/// <summary>A label with its owner; <paramref name="Sublabel"/> where the id is that of a skeleton's point.</summary>
internal sealed record FoundLabel(WorkspaceId Workspace, Label Label, Sublabel? Sublabel, AnnotationTask? Task, Project? Project, Members Members);

/// <summary>Labels. They are made through their project or task alone.</summary>
public sealed class LabelService(IWorkspaces workspaces, ILocators locators, LabelEditor editor, Lists lists, Access access, UserService users, TimeProvider time)
{
    private static readonly string[] Owners = ["job_id", "task_id", "project_id"];

    /// <summary>The labels of one job, task or project, or all that the actor may see.</summary>
    internal async Task<Page<LabelRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(LabelFields.All);
        var given = Owners.Where(name => req.QueryText(name) is not null).ToList();
        if (given.Count > 1)
        {
            throw CvatException.Rule($"{string.Join(", ", given)} parameters cannot be used together");
        }

        var directory = await users.DirectoryAsync(req, ct);
        if (given.Count == 0)
        {
            var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
            return await lists.RunAsync(over, query.And(TaskPolicy.Table.Visible(actor, req.Scope())), Offer, (_, row) => LabelMapping.ToRead(row.Label), ct);
        }

        var (workspace, task, project) = await OwnerAsync(actor, given[0], Id(req, given[0]), ct);
        return await lists.RunAsync([workspace], query, OfferOwn, (_, row) => LabelMapping.ToRead(row.Label), ct);

        void Offer(WorkspaceId id, IWorkspaceView view, RowCollector<LabelRow> rows) => LabelFields.Offer(new(id, view, directory), rows);

        void OfferOwn(WorkspaceId id, IWorkspaceView view, RowCollector<LabelRow> rows)
        {
            var context = new RowContext(id, view, directory);
            foreach (var label in task is null ? view.LabelsOfProject(project!.Id) : view.LabelsOf(task))
            {
                rows.Offer(new(label, task, project, context));
            }
        }
    }

    /// <summary>One label or sublabel.</summary>
    internal async Task<LabelRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await FindAsync(id, ct);
        Check(req.Actor(), found, TaskPolicy.View, ProjectPolicy.View);
        return found.Sublabel is { } sublabel ? LabelMapping.ToRead(found.Label, sublabel) : LabelMapping.ToRead(found.Label);
    }

    /// <summary>Changes a label.</summary>
    internal async Task<LabelRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await FindToChangeAsync(req.Actor(), id, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        var write = LabelRules.Label(fields, isNested: false);
        if (write.Deleted)
        {
            fields.Errors.Add("deleted", "Labels cannot be removed this way. Please use the DELETE method instead.");
        }

        fields.Errors.ThrowIfAny();
        if (write.Sublabels is { Count: > 0 })
        {
            throw SublabelsAreFixed();
        }

        await ChangeAsync(req.Actor(), found, write with { Id = id }, ct);
        return LabelMapping.ToRead((await FindAsync(id, ct)).Label);
    }

    /// <summary>Deletes a label; its annotations are no longer shown.</summary>
    internal async Task DeleteAsync(Actor actor, int id, CancellationToken ct)
    {
        var found = await FindToChangeAsync(actor, id, ct);
        await ChangeAsync(actor, found, new LabelWrite { Id = id, Deleted = true }, ct);
    }

    private static CvatException SublabelsAreFixed() =>
        CvatException.Rule("Sublabels cannot be modified this way. Please send a PATCH request with updated parent label data instead.");

    private static void Check(Actor actor, FoundLabel found, string taskAction, string projectAction)
    {
        if (found.Task is { } task)
        {
            TaskPolicy.Table.Check(actor, taskAction, TaskPolicy.Facts(task, found.Project) with { Members = found.Members });
        }
        else
        {
            ProjectPolicy.Table.Check(actor, projectAction, ProjectPolicy.Facts(found.Project!) with { Members = found.Members });
        }
    }

    private static int Id(HttpRequest req, string name) =>
        int.TryParse(req.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw CvatException.Field(name, "Enter a number.");

    private async Task<(WorkspaceId Workspace, AnnotationTask? Task, Project? Project)> OwnerAsync(Actor actor, string name, int id, CancellationToken ct)
    {
        switch (name)
        {
            case "job_id":
                var job = await access.JobAsync(actor, id, JobPolicy.View, ct);
                return (job.Workspace, job.Task, job.Project);
            case "task_id":
                var task = await access.TaskAsync(actor, id, TaskPolicy.View, ct);
                return (task.Workspace, task.Task, task.Project);
            default:
                var project = await access.ProjectAsync(actor, id, ProjectPolicy.View, ct);
                return (project.Workspace, null, project.Project);
        }
    }

    private async Task<FoundLabel> FindToChangeAsync(Actor actor, int id, CancellationToken ct)
    {
        var found = await FindAsync(id, ct);
        Check(actor, found, TaskPolicy.UpdateDescription, ProjectPolicy.UpdateDescription);
        return found.Sublabel is null ? found : throw SublabelsAreFixed();
    }

    private async Task<FoundLabel> FindAsync(int id, CancellationToken ct) =>
        await locators.ReadAsync(Label.Kind, EntityKey.Of(id), workspace => workspaces.ReadAsync(workspace, view => Find(workspace, view, id), ct), ct) ?? throw NotFound();

    private static CvatException NotFound() => CvatException.NotFound("No Label matches the given query.");

    private static FoundLabel? Find(WorkspaceId workspace, IWorkspaceView view, int id)
    {
        var label = view.Find<Label>(EntityKey.Of(id)) ?? view.All<Label>().FirstOrDefault(parent => parent.Sublabels.Any(sub => sub.Id == id));
        if (label is null)
        {
            return null;
        }

        var sublabel = label.Sublabels.FirstOrDefault(sub => sub.Id == id);
        if (label.ProjectId is { } projectId)
        {
            return view.Project(projectId) is { } project ? new(workspace, label, sublabel, null, project, Members.Of(workspace, view)) : null;
        }

        return view.Task(label.TaskId!.Value) is { } task ? new(workspace, label, sublabel, task, view.ProjectOf(task), Members.Of(workspace, view)) : null;
    }

    /// <summary>Writes the change together with the owner's date, which clients' caches rely on.</summary>
    private async Task ChangeAsync(Actor actor, FoundLabel found, LabelWrite write, CancellationToken ct) => await ConflictRetry.RunAsync(async () =>
    {
        var now = time.GetUtcNow();
        var changes = new ChangeSet(actor.UserId);
        await editor.ChangeAsync(found.Workspace, new(found.Label.ProjectId, found.Label.TaskId), [write], changes, ct);
        if (found.Task is { } task)
        {
            var read = await workspaces.FindAsync<AnnotationTask>(found.Workspace, task.Key, ct) ?? throw CvatException.NotFound();
            changes.Update(read, read.Value with { LabelsUpdatedDate = now, UpdatedDate = now });
        }
        else
        {
            var read = await workspaces.FindAsync<Project>(found.Workspace, found.Project!.Key, ct) ?? throw CvatException.NotFound();
            changes.Update(read, read.Value with { LabelsUpdatedDate = now, UpdatedDate = now });
        }

        await workspaces.CommitAsync(found.Workspace, changes, ct);
        return 0;
    });
}
