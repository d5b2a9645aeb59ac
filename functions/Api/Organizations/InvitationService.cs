using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>Reads invitations and answers them.</summary>
public sealed class InvitationService(IWorkspaces workspaces, ILocators locators, Lists lists, UserService users, MembershipService memberships, TimeProvider time)
{
    /// <summary>A page of the invitations that the actor may see; without an organization those that they sent or got.</summary>
    internal async Task<Page<InvitationRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var scope = req.Scope();
        var query = req.ListQuery(OrganizationMapping.Invitations);
        var directory = await users.DirectoryAsync(req, ct);
        var now = time.GetUtcNow();
        return await lists.RunAsync(await OverAsync(actor, scope, ct), query, Offer, (_, row) => OrganizationMapping.ToRead(row, directory, now), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, Domain.Filtering.RowCollector<FoundInvitation> rows)
        {
            foreach (var invitation in view.All<Invitation>())
            {
                if (Find(workspace, view, invitation) is { } found && MaySee(actor, found) && directory.Name(invitation.UserId) is not null
                    && (scope.OrganizationId is not null || actor.IsAdmin || invitation.UserId == actor.UserId || invitation.OwnerId == actor.UserId))
                {
                    rows.Offer(found with { OwnerName = directory.Name(invitation.OwnerId) });
                }
            }
        }
    }

    /// <summary>One invitation.</summary>
    internal async Task<InvitationRead> ReadAsync(HttpRequest req, string key, CancellationToken ct) =>
        OrganizationMapping.ToRead(await FindAsync(req.Actor(), key, ct), await users.DirectoryAsync(req, ct), time.GetUtcNow());

    /// <summary>Joins; returns the organization's slug.</summary>
    /// <exception cref="CvatException">400: it is too late, or done already.</exception>
    internal async Task<AcceptInvitationRead> AcceptAsync(HttpRequest req, string key, CancellationToken ct)
    {
        var found = await FindOwnAsync(req.Actor(), key, ct);
        var now = time.GetUtcNow();
        if (found.IsAccepted)
        {
            throw CvatException.Text("Your invitation is already accepted.");
        }

        if (found.Invitation.IsExpired(now))
        {
            throw CvatException.Text("Your invitation is expired. Please contact organization owner to renew it.");
        }

        await workspaces.UpdateAsync<Membership>(
            found.Workspace,
            EntityKey.Of(found.Invitation.UserId),
            req.Actor().UserId,
            membership => membership.IsActive ? membership : membership with { IsActive = true, JoinedDate = now },
            ct);
        return new(found.Organization.Slug);
    }

    /// <summary>Says no: the membership ends with the invitation.</summary>
    internal async Task DeclineAsync(HttpRequest req, string key, CancellationToken ct)
    {
        var found = await FindOwnAsync(req.Actor(), key, ct);
        await memberships.EndAsync(found.Workspace, EntityKey.Of(found.Invitation.UserId), req.Actor().UserId, null, ct);
    }

    /// <summary>Takes an invitation back: with a membership that waits for it, else alone.</summary>
    internal async Task DeleteAsync(HttpRequest req, string key, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await FindToManageAsync(actor, key, ct);
        if (found.Membership is { IsActive: false })
        {
            await memberships.EndAsync(found.Workspace, found.Membership.Key, actor.UserId, null, ct);
            return;
        }

        await workspaces.DeleteAllAsync<Invitation>(found.Workspace, actor.UserId, [key], ct);
        await workspaces.UpdateAsync<Membership>(
            found.Workspace, EntityKey.Of(found.Invitation.UserId), actor.UserId, old => old.InvitationKey == key ? old with { InvitationKey = null } : old, ct);
    }

    /// <summary>An invitation that the actor may send again or take back.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    internal async Task<FoundInvitation> FindToManageAsync(Actor actor, string key, CancellationToken ct)
    {
        var found = await FindAsync(actor, key, ct);
        var isInviter = found.Invitation.OwnerId == actor.UserId;
        return actor.IsAdmin || InvitationPolicy.MayManage(Privilege.Rank(actor), found.Members.RoleOf(actor), isInviter) ? found : throw CvatException.Forbidden();
    }

    private static bool MaySee(Actor actor, FoundInvitation found) => actor.IsAdmin || InvitationPolicy.MayView(
        Privilege.Rank(actor), found.Members.RoleOf(actor), found.Invitation.OwnerId == actor.UserId, found.Invitation.UserId == actor.UserId);

    private static FoundInvitation? Find(WorkspaceId workspace, IWorkspaceView view, Invitation invitation) =>
        view.Find<Organization>(EntityKey.Of(workspace.OwnerId)) is { IsDeleted: false } organization
            ? new(organization, invitation, view.Find<Membership>(EntityKey.Of(invitation.UserId)), Members.Of(workspace, view))
            : null;

    private static CvatException NotFound() => CvatException.NotFound("No Invitation matches the given query.");

    /// <summary>Who is invited is no member yet: their organizations are looked through as well.</summary>
    private async Task<IReadOnlyList<WorkspaceId>> OverAsync(Actor actor, WorkspaceScope scope, CancellationToken ct)
    {
        if (scope.OrganizationId is not null || actor.IsAdmin)
        {
            var over = await lists.WorkspacesAsync(actor, scope.OrganizationId is null ? WorkspaceScope.Everything : scope, ct);
            return [.. over.Where(workspace => workspace.IsOrganization)];
        }

        return [.. (await locators.GuestOfAsync(actor.UserId, ct)).Where(workspace => workspace.IsOrganization)];
    }

    private async Task<FoundInvitation> FindOwnAsync(Actor actor, string key, CancellationToken ct)
    {
        var found = await FindAsync(actor, key, ct);
        return found.Invitation.UserId == actor.UserId ? found : throw CvatException.Forbidden();
    }

    /// <summary>404 for those who may not know of it, 403 inside the organization.</summary>
    private async Task<FoundInvitation> FindAsync(Actor actor, string key, CancellationToken ct)
    {
        var found = key.All(char.IsAsciiLetterOrDigit) && await locators.FindAsync(Invitation.Kind, key, ct) is { } workspace
            ? await workspaces.ReadAsync(workspace, view => view.Find<Invitation>(key) is { } invitation ? Find(workspace, view, invitation) : null, ct)
            : null;
        if (found is null || await users.FindAsync(found.Invitation.UserId, ct) is null)
        {
            throw NotFound();
        }

        return MaySee(actor, found) ? found : found.Members.RoleOf(actor) == OrganizationRole.None ? throw NotFound() : throw CvatException.Forbidden();
    }
}
