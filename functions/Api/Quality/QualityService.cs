using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>Settings of quality and consensus: who sees a task or project sees them, who may change its description changes them.</summary>
public sealed class QualityService(IWorkspaces workspaces, Lists lists, Access access, TimeProvider time)
{
    /// <summary>The settings of all tasks and projects that the actor may see.</summary>
    internal async Task<Page<QualitySettingsRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var query = req.ListQuery(QualityFields.Settings).And(TaskPolicy.Table.Visible(req.Actor(), req.Scope()));
        var over = await lists.WorkspacesAsync(req.Actor(), req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (view, row) => Map(view, row.Settings), ct);

        static void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<QualityRow> rows)
        {
            foreach (var project in view.All<Project>().Where(project => !project.IsDeleted))
            {
                rows.Offer(new(workspace, Stored(view, QualitySettings.Of(project)), ProjectPolicy.Facts(project)));
            }

            foreach (var task in view.All<AnnotationTask>().Where(task => view.Task(task.Id) is not null))
            {
                rows.Offer(new(workspace, Stored(view, QualitySettings.Of(task)), TaskPolicy.Facts(task, view.ProjectOf(task))));
            }
        }
    }

    /// <summary>One.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    internal async Task<QualitySettingsRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var (workspace, initial) = await FindAsync(req, id, isChange: false, ct) ?? throw NotFound();
        return await workspaces.ReadAsync(workspace, view => Map(view, Stored(view, initial)), ct);
    }

    /// <summary>Changes one; its requirements have operations of their own.</summary>
    /// <exception cref="CvatException">404, 403 or 400.</exception>
    internal async Task<QualitySettingsRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var (workspace, initial) = await FindAsync(req, id, isChange: true, ct) ?? throw NotFound();
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        var change = QualityRules.Settings(fields);
        var now = time.GetUtcNow();
        var changed = await SaveAsync(workspace, initial, read => change(read) with { UpdatedDate = now }, req.Actor().UserId, ct);
        return await workspaces.ReadAsync(workspace, view => Map(view, changed), ct);
    }

    /// <summary>The consensus settings of all tasks that the actor may see.</summary>
    internal async Task<Page<ConsensusSettingsRead>> ListConsensusAsync(HttpRequest req, CancellationToken ct)
    {
        var query = req.ListQuery(QualityFields.Consensus).And(TaskPolicy.Table.Visible(req.Actor(), req.Scope()));
        var over = await lists.WorkspacesAsync(req.Actor(), req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (_, row) => ConsensusSettingsRead.Of(row.Settings), ct);

        static void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<ConsensusRow> rows)
        {
            foreach (var task in view.All<AnnotationTask>().Where(task => view.Task(task.Id) is not null))
            {
                rows.Offer(new(workspace, Stored(view, ConsensusSettings.Of(task)), TaskPolicy.Facts(task, view.ProjectOf(task))));
            }
        }
    }

    /// <summary>One task's.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    internal async Task<ConsensusSettingsRead> ReadConsensusAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await ConsensusTaskAsync(req, id, TaskPolicy.View, ct);
        return ConsensusSettingsRead.Of(await workspaces.ReadAsync(found.Workspace, view => Stored(view, ConsensusSettings.Of(found.Task)), ct));
    }

    /// <summary>Changes one task's.</summary>
    /// <exception cref="CvatException">404, 403 or 400.</exception>
    internal async Task<ConsensusSettingsRead> UpdateConsensusAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await ConsensusTaskAsync(req, id, TaskPolicy.UpdateDescription, ct);
        var change = QualityRules.Consensus(await Wire.FieldsAsync(req, partial: true, ct));
        return ConsensusSettingsRead.Of(await SaveAsync(found.Workspace, ConsensusSettings.Of(found.Task), change, req.Actor().UserId, ct));
    }

    private static T Stored<T>(IWorkspaceView view, T initial)
        where T : class, IWorkspaceEntity<T> => view.Find<T>(initial.Key) ?? initial;

    /// <summary>Where settings live, and as they are before the first change; null where there is no such task or project.</summary>
    /// <exception cref="CvatException">403.</exception>
    internal async Task<(WorkspaceId Workspace, QualitySettings Initial)?> FindAsync(HttpRequest req, int id, bool isChange, CancellationToken ct)
    {
        var (taskId, projectId) = QualitySettings.TargetOf(id);
        if (taskId is { } task && await access.FindTaskAsync(task, ct) is not null)
        {
            var found = await access.TaskAsync(req.Actor(), task, isChange ? TaskPolicy.UpdateDescription : TaskPolicy.View, ct);
            return (found.Workspace, QualitySettings.Of(found.Task));
        }

        if (projectId is { } project && await access.FindProjectAsync(project, ct) is not null)
        {
            var found = await access.ProjectAsync(req.Actor(), project, isChange ? ProjectPolicy.UpdateDescription : ProjectPolicy.View, ct);
            return (found.Workspace, QualitySettings.Of(found.Project));
        }

        return null;
    }

    private static CvatException NotFound() => CvatException.NotFound("No QualitySettings matches the given query.");

    private static QualitySettingsRead Map(IWorkspaceView view, QualitySettings settings)
    {
        var (kind, id) = settings.TaskId is { } task ? (AnnotationTask.Kind, task) : (Project.Kind, settings.ProjectId!.Value);
        return QualitySettingsRead.Of(
            settings, view.Children<QualityRequirement>(kind, EntityKey.Of(id)).Where(requirement => requirement.SettingsId == settings.Id));
    }

    private async Task<FoundTask> ConsensusTaskAsync(HttpRequest req, int id, string action, CancellationToken ct) =>
        await access.FindTaskAsync(id, ct) is null
            ? throw CvatException.NotFound("No ConsensusSettings matches the given query.")
            : await access.TaskAsync(req.Actor(), id, action, ct);

    /// <summary>Stores the first change as a new row, later ones as changes of it.</summary>
    private Task<T> SaveAsync<T>(WorkspaceId workspace, T initial, Func<T, T> change, int actorId, CancellationToken ct)
        where T : class, IWorkspaceEntity<T> => ConflictRetry.RunAsync(async () =>
        {
            var read = await workspaces.FindAsync<T>(workspace, initial.Key, ct);
            var changed = change(read?.Value ?? initial);
            var changes = new ChangeSet(actorId);
            await workspaces.CommitAsync(workspace, read is null ? changes.Create(changed) : changes.Update(read, changed), ct);
            return changed;
        });
}
