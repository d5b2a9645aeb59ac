using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>Organizations.</summary>
public sealed class OrganizationService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, IOrganizationSlugs slugs, Lists lists, UserService users, DeleteOrganization deletion, ServerLog serverLog,
    TimeProvider time)
{
    /// <summary>A claim this old whose organization isn't there is left over from a crash.</summary>
    private static readonly TimeSpan ClaimPatience = TimeSpan.FromMinutes(1);

    /// <summary>A page of the organizations that the actor is a member of.</summary>
    internal async Task<Page<OrganizationRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var query = req.ListQuery(OrganizationMapping.Organizations);
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(req.Actor(), WorkspaceScope.Everything, ct);
        return await lists.RunAsync([.. over.Where(workspace => workspace.IsOrganization)], query, Offer, (_, row) => OrganizationMapping.ToRead(row.Organization, directory), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, Domain.Filtering.RowCollector<OrganizationRow> rows)
        {
            if (view.Find<Organization>(EntityKey.Of(workspace.OwnerId)) is { IsDeleted: false } organization)
            {
                rows.Offer(new(organization, directory.Name(organization.OwnerId)));
            }
        }
    }

    /// <summary>One organization.</summary>
    internal async Task<OrganizationRead> ReadAsync(HttpRequest req, int id, CancellationToken ct) =>
        OrganizationMapping.ToRead(await FindAsync(req.Actor(), id, OrganizationPolicy.View, ct), await users.DirectoryAsync(req, ct));

    /// <summary>Founds an organization; the actor is its owner and first member.</summary>
    internal async Task<OrganizationRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        OrganizationPolicy.Table.Check(actor, OrganizationPolicy.Create, default);
        var write = OrganizationRules.Read(await Wire.FieldsAsync(req, partial: false, ct));
        var now = time.GetUtcNow();
        var organization = new Organization
        {
            Id = await sequences.NextAsync(Organization.Kind, 1, ct),
            Slug = write.Slug.Value!,
            Name = write.Name.Value is { Length: > 0 } name ? name : write.Slug.Value!,
            Description = write.Description.Or("")!,
            Contact = write.Contact.IsSet ? write.Contact.Value : null,
            OwnerId = actor.UserId,
            CreatedDate = now,
            UpdatedDate = now,
        };
        var membership = new Membership
        {
            Id = await sequences.NextAsync(Membership.Kind, 1, ct),
            UserId = actor.UserId,
            Role = OrganizationRole.Owner.Name(),
            JoinedDate = now,
        };
        var workspace = WorkspaceId.Organization(organization.Id);
        await ClaimAsync(organization.Slug, organization.Id, ct);
        await locators.AddGuestAsync(actor.UserId, workspace, ct);
        await locators.AddAsync(workspace, Membership.Kind, [EntityKey.Of(membership.Id)], ct);
        await serverLog.BeginFoundingAsync(organization, ct);
        await workspaces.CommitAsync(workspace, new ChangeSet(actor.UserId).Create(organization).Create(membership), ct);
        await serverLog.FoundedAsync(organization, actor.UserId, ct);
        return OrganizationMapping.ToRead(organization, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Changes an organization.</summary>
    internal async Task<OrganizationRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await FindAsync(actor, id, OrganizationPolicy.Update, ct);
        var write = OrganizationRules.Read(await Wire.FieldsAsync(req, partial: true, ct));
        var isRenamed = write.Slug.IsSet && write.Slug.Value != found.Slug;
        if (isRenamed)
        {
            await ClaimAsync(write.Slug.Value!, id, ct);
        }

        var now = time.GetUtcNow();
        var former = found.Slug;
        var changed = await workspaces.UpdateAsync<Organization>(WorkspaceId.Organization(id), found.Key, actor.UserId, Changed, ct) ?? throw NotFound();
        if (isRenamed)
        {
            await slugs.ReleaseAsync(former, id, ct);
        }

        return OrganizationMapping.ToRead(changed, await users.DirectoryAsync(req, ct));

        Organization Changed(Organization old)
        {
            former = old.Slug;
            return old with
            {
                Slug = write.Slug.Or(old.Slug)!,
                Name = write.Name.Or(old.Name)!,
                Description = write.Description.Or(old.Description)!,
                Contact = write.Contact.IsSet ? write.Contact.Value : old.Contact,
                UpdatedDate = now,
            };
        }
    }

    /// <summary>Deletes an organization; what was made in it goes to its makers.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        await FindAsync(req.Actor(), id, OrganizationPolicy.Delete, ct);
        await deletion.RunAsync(id, req.Actor().UserId, ct);
    }

    private static CvatException NotFound() => CvatException.NotFound("No Organization matches the given query.");

    /// <summary>404 for those who are no members, because they may not know of it; 403 for members.</summary>
    private async Task<Organization> FindAsync(Actor actor, int id, string action, CancellationToken ct)
    {
        var workspace = WorkspaceId.Organization(id);
        var (organization, members) = await workspaces.ReadAsync(
            workspace, view => (view.Find<Organization>(EntityKey.Of(id)) is { IsDeleted: false } found ? found : null, Members.Of(workspace, view)), ct);
        var facts = new StaffFacts { Members = members };
        if (organization is null || !OrganizationPolicy.Table.Allows(actor, OrganizationPolicy.View, facts))
        {
            throw NotFound();
        }

        OrganizationPolicy.Table.Check(actor, action, facts);
        return organization;
    }

    private async Task ClaimAsync(string slug, int id, CancellationToken ct)
    {
        if (await slugs.ClaimAsync(slug, id, ct))
        {
            return;
        }

        if (await slugs.FindAsync(slug, ct) is { } claim && time.GetUtcNow() - claim.Since > ClaimPatience
            && (await workspaces.FindAsync<Organization>(WorkspaceId.Organization(claim.OrganizationId), EntityKey.Of(claim.OrganizationId), ct))?.Value.Slug != slug)
        {
            await slugs.ReleaseAsync(slug, claim.OrganizationId, ct);
            if (await slugs.ClaimAsync(slug, id, ct))
            {
                return;
            }
        }

        throw CvatException.Field("slug", "organization with this slug already exists.");
    }
}
