using System.Runtime.InteropServices;
using System.Text.Json;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Whether an actor may know of an entity as a row of the change log shows it, by the rules that its own operations follow. Entities that are being deleted count:
/// what one could see, one may see go.
/// </summary>
public sealed class EntitySight(EntityKinds kinds)
{
    /// <summary>Whether the actor may read all that happens in a workspace: their own, or an organization that they manage.</summary>
    public static bool SeesAll(Actor actor, WorkspaceId workspace, Members members) =>
        actor.IsAdmin || (workspace.IsOrganization ? Grant.Managers.Fits(actor, members) : workspace.OwnerId == actor.UserId);

    /// <summary>The entity of a change as it is after it, or was before its deletion; null where the kind is unknown.</summary>
    public IWorkspaceEntity? EntityOf(ChangedEntity changed) =>
        kinds.Find(changed.Kind) is { } kind && (changed.After ?? changed.Before) is { } document ? kind.Read(JsonMarshal.GetRawUtf8Value(document).ToArray()) : null;

    /// <summary>Whether the actor may see it; to be called while the workspace is read.</summary>
    public static bool MaySee(Actor actor, WorkspaceId workspace, IWorkspaceView view, IWorkspaceEntity entity)
    {
        var members = Members.Of(workspace, view);
        return entity switch
        {
            Project project => Allows(ProjectPolicy.Table, ProjectPolicy.View, ProjectPolicy.Facts(project)),
            AnnotationTask task => Allows(TaskPolicy.Table, TaskPolicy.View, TaskPolicy.Facts(task, ProjectOf(view, task))),
            Job job => Allows(JobPolicy.Table, JobPolicy.View, FactsOf(view, job)),
            Label { ProjectId: { } project } => view.Find<Project>(EntityKey.Of(project)) is { } owner && MaySee(actor, workspace, view, owner),
            Label { TaskId: { } task } => view.Find<AnnotationTask>(EntityKey.Of(task)) is { } owner && MaySee(actor, workspace, view, owner),
            Issue issue => Allows(IssuePolicy.Table, IssuePolicy.View, FactsOf(view, issue)),
            Comment comment => Allows(CommentPolicy.Table, CommentPolicy.View, FactsOf(view, comment)),
            Guide guide => FactsOf(view, actor, guide) is { } facts && Allows(GuidePolicy.Table, GuidePolicy.View, facts),
            Asset asset => view.Find<Guide>(EntityKey.Of(asset.GuideId)) is { } guide && MaySee(actor, workspace, view, guide),
            Organization => actor.IsAdmin || members.RoleOf(actor) != OrganizationRole.None,
            Membership member => actor.IsAdmin || MembershipPolicy.MayView(members.RoleOf(actor), member.UserId == actor.UserId, member.IsActive),
            Invitation invitation => actor.IsAdmin
                || InvitationPolicy.MayView(Privilege.Rank(actor), members.RoleOf(actor), invitation.OwnerId == actor.UserId, invitation.UserId == actor.UserId),
            Webhook webhook => Allows(WebhookPolicy.Table, WebhookPolicy.Use, WebhookPolicy.Facts(webhook, webhook.ProjectId is { } id ? view.Find<Project>(EntityKey.Of(id)) : null)),
            AccountRecord account => actor.IsAdmin || account.Id == actor.UserId,
            CloudStorage storage => Allows(CloudStoragePolicy.Table, CloudStoragePolicy.View, CloudStoragePolicy.Facts(storage)),
            WorkRequest request => actor.IsAdmin || request.OwnerId == actor.UserId,
            _ => false,
        };

        bool Allows(PolicyTable table, string action, StaffFacts facts) => table.Allows(actor, action, facts with { Members = members });
    }

    private static Project? ProjectOf(IWorkspaceView view, AnnotationTask? task) => task?.ProjectId is { } id ? view.Find<Project>(EntityKey.Of(id)) : null;

    private static StaffFacts FactsOf(IWorkspaceView view, Job job)
    {
        var task = view.Find<AnnotationTask>(EntityKey.Of(job.TaskId));
        return JobPolicy.Facts(job, task, ProjectOf(view, task));
    }

    private static StaffFacts FactsOf(IWorkspaceView view, Issue issue) =>
        (view.Find<Job>(EntityKey.Of(issue.JobId)) is { } job ? FactsOf(view, job) : default) with { IssueOwner = issue.OwnerId, IssueAssignee = issue.AssigneeId };

    private static StaffFacts FactsOf(IWorkspaceView view, Comment comment) =>
        (view.Find<Issue>(EntityKey.Of(comment.IssueId)) is { } issue ? FactsOf(view, issue) : default) with { CommentOwner = comment.OwnerId };

    private static StaffFacts? FactsOf(IWorkspaceView view, Actor actor, Guide guide) =>
        guide.ProjectId is { } project
            ? view.Project(project) is { } owner ? GuidePolicy.Facts(view, owner, actor) : null
            : guide.TaskId is { } task && view.Task(task) is { } target ? GuidePolicy.Facts(view, target, actor) : null;
}
