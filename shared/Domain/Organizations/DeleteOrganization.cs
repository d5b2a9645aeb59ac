using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>
/// Deletes an organization: first it is marked, which hides it and everything in it at once from everybody but administrators; then its memberships and invitations
/// go, and projects, tasks and cloud storages move to their owners' personal spaces. Every step can be repeated (<see cref="ResumeAsync"/>).
/// </summary>
public sealed class DeleteOrganization(IWorkspaces workspaces, ILocators locators, IOrganizationSlugs slugs, TransferEntities transfers, ServerLog serverLog, Unfinished unfinished)
{
    /// <summary>Its name in <see cref="Unfinished"/>.</summary>
    public const string Work = "delete-organization";

    private const int PartsPerStep = 400;

    /// <summary>Deletes an organization.</summary>
    /// <exception cref="CvatException">400: something runs in it.</exception>
    public async Task RunAsync(int id, int? actorId, CancellationToken ct)
    {
        var (workspace, key) = (WorkspaceId.Organization(id), EntityKey.Of(id));
        if (await workspaces.ReadAsync(workspace, view => view.All<WorkRequest>().Any(request => request.IsActive), ct))
        {
            throw CvatException.Rule("Background processes are still running in the organization.");
        }

        await unfinished.BeginAsync(workspace, Work, key, ct);
        var marked = await workspaces.UpdateAsync<Organization>(workspace, key, actorId, old => old.IsDeleted ? old : old with { IsDeleted = true }, ct);
        if (marked is not null)
        {
            await FinishAsync(workspace, marked, actorId, ct);
        }
    }

    /// <summary>Removes what is left of a marked organization.</summary>
    public async Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct)
    {
        var found = await workspaces.FindAsync<Organization>(workspace, key, ct);
        if (found is { Value.IsDeleted: true })
        {
            await FinishAsync(workspace, found.Value, null, ct);
        }
        else if (found is null)
        {
            await unfinished.EndAsync(Work, key, ct);
        }
    }

    private async Task FinishAsync(WorkspaceId workspace, Organization organization, int? actorId, CancellationToken ct)
    {
        await slugs.ReleaseAsync(organization.Slug, organization.Id, ct);
        var parts = await workspaces.ReadAsync(
            workspace,
            view => (
                Memberships: view.All<Membership>().Select(membership => membership.Key).ToList(),
                Former: view.All<FormerMember>().Select(former => former.Key).ToList(),
                Storages: view.All<CloudStorage>().ToList(),
                Invitations: view.All<Invitation>().Select(invitation => invitation.Key).ToList(),
                Projects: view.All<Project>().Where(project => !project.IsDeleted || project.MovesTo == TargetOf(project.OwnerId, organization).Partition).ToList(),
                Tasks: view.All<AnnotationTask>().Where(task => task.ProjectId is null && (!task.IsDeleted || task.MovesTo == TargetOf(task.OwnerId, organization).Partition)).ToList()),
            ct);
        await workspaces.DeleteAllAsync<Invitation>(workspace, actorId, parts.Invitations, ct);
        await workspaces.DeleteAllAsync<FormerMember>(workspace, actorId, parts.Former, ct);
        await workspaces.DeleteAllAsync<Membership>(workspace, actorId, parts.Memberships, ct);
        foreach (var project in parts.Projects)
        {
            var to = TargetOf(project.OwnerId, organization);
            await workspaces.UpdateAsync<Project>(workspace, project.Key, actorId, old => old.IsDeleted ? old : old with { IsDeleted = true, MovesTo = to.Partition }, ct);
            await MoveAsync(new(workspace, to, Project.Kind, project.Key, organization.OwnerId ?? 0), ct);
        }

        foreach (var task in parts.Tasks)
        {
            var to = TargetOf(task.OwnerId, organization);
            await workspaces.UpdateAsync<AnnotationTask>(workspace, task.Key, actorId, old => old.IsDeleted ? old : old with { IsDeleted = true, MovesTo = to.Partition }, ct);
            await MoveAsync(new(workspace, to, AnnotationTask.Kind, task.Key, organization.OwnerId ?? 0), ct);
        }

        foreach (var storage in parts.Storages)
        {
            await MoveAsync(new(workspace, TargetOf(storage.OwnerId, organization), CloudStorage.Kind, storage.Key, organization.OwnerId ?? 0), ct);
        }

        var requests = await workspaces.ReadAsync(workspace, view => view.All<WorkRequest>().Select(request => request.Key).ToList(), ct);
        await workspaces.DeleteAllAsync<WorkRequest>(workspace, actorId, requests, ct);
        await serverLog.RemovedAsync(organization, actorId, ct);
        await workspaces.DeleteAllAsync<Organization>(workspace, actorId, [organization.Key], ct);
        await unfinished.EndAsync(Work, organization.Key, ct);
    }

    private static WorkspaceId TargetOf(int? ownerId, Organization organization) => WorkspaceId.Personal(ownerId ?? organization.OwnerId ?? 0);

    private async Task MoveAsync(EntityTransfer transfer, CancellationToken ct)
    {
        var people = await workspaces.ReadAsync(transfer.From, view => transfers.Below(view, transfer.Kind, transfer.Key).Append((transfer.Kind, transfer.Key))
            .SelectMany(part => PeopleOf(view, part.Kind, part.Key)).Distinct().ToList(), ct);
        foreach (var person in people.Where(person => WorkspaceId.Personal(person) != transfer.To))
        {
            await locators.AddGuestAsync(person, transfer.To, ct);
        }

        while (!await transfers.RunAsync(transfer, entity => Arrived(transfer, entity), PartsPerStep, ct))
        {
        }
    }

    /// <summary>Who sees it in their lists over there as well.</summary>
    private static IEnumerable<int> PeopleOf(IWorkspaceView view, string kind, string key)
    {
        int?[] people = kind switch
        {
            _ when kind == Project.Kind && view.Find<Project>(key) is { } project => [project.OwnerId, project.AssigneeId],
            _ when kind == AnnotationTask.Kind && view.Find<AnnotationTask>(key) is { } task => [task.OwnerId, task.AssigneeId],
            _ when kind == Job.Kind && view.Find<Job>(key) is { } job => [job.AssigneeId],
            _ => [],
        };
        return people.OfType<int>();
    }

    /// <summary>The organization's buckets go to those who registered them; who owned a task there has no claim to them.</summary>
    private static AnnotationTask Unlinked(AnnotationTask task) => task with { Data = task.Data?.Unlinked() };

    private static IWorkspaceEntity Arrived(EntityTransfer transfer, IWorkspaceEntity entity) => entity switch
    {
        Project project when transfer.Kind == Project.Kind => project with { IsDeleted = false, MovesTo = null },
        AnnotationTask task => Unlinked(task) with { IsDeleted = task.IsDeleted && transfer.Kind != AnnotationTask.Kind, MovesTo = transfer.Kind == AnnotationTask.Kind ? null : task.MovesTo },
        _ => entity,
    };
}
