using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>A guide, where it lives, with the people who count for one actor.</summary>
public sealed record FoundGuide(WorkspaceId Workspace, Guide Guide, StaffFacts Facts);

/// <content>Guides and assets.</content>
public sealed partial class Access
{
    /// <summary>A guide; <paramref name="action"/> is a constant of <see cref="GuidePolicy"/>. A public one may be read by everybody, signed in or not.</summary>
    /// <exception cref="CvatException">401, 404 or 403.</exception>
    public async Task<FoundGuide> GuideAsync(Actor actor, int id, string action, CancellationToken ct)
    {
        var found = await FindGuideAsync(actor, id, ct);
        if (action == GuidePolicy.View && found?.Guide.IsPublic == true)
        {
            return found;
        }

        RequireSignIn(actor);
        found = found ?? throw CvatException.NotFound("No AnnotationGuide matches the given query.");
        Check(GuidePolicy.Table, actor, action, found.Facts);
        return found;
    }

    /// <summary>An asset with its guide, checked like it.</summary>
    /// <exception cref="CvatException">401, 404 or 403.</exception>
    public async Task<(FoundGuide Parent, Asset Asset)> AssetAsync(Actor actor, Guid id, string action, CancellationToken ct)
    {
        var key = Asset.KeyOf(id);
        var asset = await FindAsync(Asset.Kind, key, (_, view) => view.Find<Asset>(key), ct);
        if (asset is null || await FindGuideAsync(actor, asset.GuideId, ct) is null)
        {
            RequireSignIn(actor);
            throw CvatException.NotFound("No Asset matches the given query.");
        }

        return (await GuideAsync(actor, asset.GuideId, action, ct), asset);
    }

    /// <summary>What a new guide is for: exactly one of the two ids is given.</summary>
    /// <exception cref="CvatException">400: there is no such target; 403.</exception>
    public async Task<WorkspaceId> GuideTargetAsync(Actor actor, WorkspaceScope scope, int? projectId, int? taskId, CancellationToken ct)
    {
        var workspace = projectId is { } project
            ? (await FindProjectAsync(project, ct))?.Workspace ?? throw CvatException.Rule("Project matching query does not exist.")
            : (await FindTaskAsync(taskId!.Value, ct))?.Workspace ?? throw CvatException.Rule("Task matching query does not exist.");
        var facts = await workspaces.ReadAsync(workspace, view => GuideFacts(workspace, view, actor, projectId, taskId), ct) ?? throw CvatException.NotFound();
        GuidePolicy.Table.CheckNew(actor, GuidePolicy.Create, scope, facts);
        return workspace;
    }

    private static StaffFacts? GuideFacts(WorkspaceId workspace, IWorkspaceView view, Actor actor, int? projectId, int? taskId)
    {
        StaffFacts? facts = projectId is { } project
            ? view.Project(project) is { } found ? GuidePolicy.Facts(view, found, actor) : null
            : view.Task(taskId!.Value) is { } task ? GuidePolicy.Facts(view, task, actor) : null;
        return facts is { } known ? known with { Members = Members.Of(workspace, view) } : null;
    }

    private static void RequireSignIn(Actor actor)
    {
        if (actor.IsAnonymous)
        {
            throw CvatException.Unauthenticated();
        }
    }

    private Task<FoundGuide?> FindGuideAsync(Actor actor, int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        return FindAsync(
            Guide.Kind,
            key,
            (workspace, view) =>
                view.Find<Guide>(key) is { } guide && GuideFacts(workspace, view, actor, guide.ProjectId, guide.TaskId) is { } facts ? new FoundGuide(workspace, guide, facts) : null,
            ct);
    }
}
