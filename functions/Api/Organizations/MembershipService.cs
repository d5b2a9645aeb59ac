using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>A membership, where it lives, with all members.</summary>
internal sealed record FoundMembership(WorkspaceId Workspace, Membership Membership, Members Members);

/// <summary>Memberships. They begin with an invitation.</summary>
public sealed class MembershipService(IWorkspaces workspaces, ILocators locators, Lists lists, UserService users)
{
    /// <summary>A page of an organization's memberships, or of the actor's own.</summary>
    internal async Task<Page<MembershipRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var scope = req.Scope();
        var query = req.ListQuery(OrganizationMapping.Memberships);
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, scope.OrganizationId is null ? WorkspaceScope.Everything : scope, ct);
        return await lists.RunAsync([.. over.Where(workspace => workspace.IsOrganization)], query, Offer, (_, row) => OrganizationMapping.ToRead(row.Workspace, row.Membership, directory), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, Domain.Filtering.RowCollector<MembershipRow> rows)
        {
            var members = Members.Of(workspace, view);
            foreach (var membership in view.All<Membership>())
            {
                var isShown = MaySee(actor, members, membership) && (scope.OrganizationId is not null || actor.IsAdmin || membership.UserId == actor.UserId);
                if (isShown && directory.Name(membership.UserId) is { } name)
                {
                    rows.Offer(new(workspace, membership, name));
                }
            }
        }
    }

    /// <summary>One membership.</summary>
    internal async Task<MembershipRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await FindAsync(req.Actor(), id, ct);
        return OrganizationMapping.ToRead(found.Workspace, found.Membership, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Changes a role.</summary>
    internal async Task<MembershipRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await FindAsync(actor, id, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        var role = OrganizationRules.Role(fields) ?? OrganizationRoles.Parse(found.Membership.Role);
        var changed = await workspaces.UpdateAsync<Membership>(found.Workspace, found.Membership.Key, actor.UserId, Changed, ct) ?? throw NotFound();
        return OrganizationMapping.ToRead(found.Workspace, changed, await users.DirectoryAsync(req, ct));

        Membership Changed(Membership old)
        {
            var target = OrganizationRoles.Parse(old.Role);
            var isSelf = old.UserId == actor.UserId;
            if (!actor.IsAdmin && !MembershipPolicy.MayChangeRole(found.Members.RoleOf(actor), isSelf, target, role))
            {
                throw CvatException.Forbidden();
            }

            return target == role ? old : target != OrganizationRole.Owner && role != OrganizationRole.Owner ? old with { Role = role.Name() } : throw OwnerIsFixed();
        }
    }

    /// <summary>Excludes a member, or leaves.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await FindAsync(actor, id, ct);
        await EndAsync(found.Workspace, found.Membership.Key, actor.UserId, Require, ct);

        void Require(Membership membership)
        {
            var target = OrganizationRoles.Parse(membership.Role);
            if (!actor.IsAdmin && !MembershipPolicy.MayEnd(found.Members.RoleOf(actor), membership.UserId == actor.UserId, target))
            {
                throw CvatException.Forbidden();
            }

            if (target == OrganizationRole.Owner)
            {
                throw OwnerIsFixed();
            }
        }
    }

    /// <summary>Ends a membership together with its invitation; <paramref name="require"/> refuses by what is stored.</summary>
    internal async Task EndAsync(WorkspaceId workspace, string key, int actorId, Action<Membership>? require, CancellationToken ct)
    {
        await ConflictRetry.RunAsync(async () =>
        {
            if (await workspaces.FindAsync<Membership>(workspace, key, ct) is not { } read)
            {
                return false;
            }

            require?.Invoke(read.Value);
            var changes = new ChangeSet(actorId).Delete(read);
            if (read.Value.IsActive && await workspaces.FindAsync<FormerMember>(workspace, key, ct) is null)
            {
                changes.Create(new FormerMember { UserId = read.Value.UserId });
            }

            if (read.Value.InvitationKey is { } invitation && await workspaces.FindAsync<Invitation>(workspace, invitation, ct) is { } sent)
            {
                changes.Delete(sent);
            }

            await workspaces.CommitAsync(workspace, changes, ct);
            return true;
        });
    }

    private static bool MaySee(Actor actor, Members members, Membership membership) =>
        actor.IsAdmin || MembershipPolicy.MayView(members.RoleOf(actor), membership.UserId == actor.UserId, membership.IsActive);

    private static CvatException OwnerIsFixed() => CvatException.Rule("The owner of an organization can't be changed.");

    private static CvatException NotFound() => CvatException.NotFound("No Membership matches the given query.");

    /// <summary>404 for those who are no members, 403 inside the organization.</summary>
    private async Task<FoundMembership> FindAsync(Actor actor, int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        var found = await locators.FindAsync(Membership.Kind, key, ct) is { } workspace
            ? await workspaces.ReadAsync(
                workspace,
                view => view.Children<Membership>(Membership.IdKind, key).FirstOrDefault() is { } membership ? new FoundMembership(workspace, membership, Members.Of(workspace, view)) : null,
                ct)
            : null;
        if (found is null || (!actor.IsAdmin && found.Members.RoleOf(actor) == OrganizationRole.None) || await users.FindAsync(found.Membership.UserId, ct) is null)
        {
            throw NotFound();
        }

        return MaySee(actor, found.Members, found.Membership) ? found : throw CvatException.Forbidden();
    }
}
