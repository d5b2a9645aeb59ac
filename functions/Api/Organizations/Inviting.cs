using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>
/// Sends invitations. Who has an account joins at once; for an address that nobody has, an account is made that can't sign in before somebody registers with the address.
/// </summary>
public sealed class Inviting(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, IAccounts accounts, IMailer mailer, InvitationService invitations, UserService users, ServerLog serverLog, TimeProvider time)
{
    private const int KeyBytes = 32;
    private const int StampBytes = 16;
    private const int MaxResentPerHour = 5;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Invites an address into the organization that the request names.</summary>
    internal async Task<InvitationRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var (actor, scope) = (req.Actor(), req.Scope());
        if (scope.OrganizationId is not { } organizationId || scope.Members is not { } members)
        {
            throw CvatException.Forbidden();
        }

        var write = OrganizationRules.Invitation(await Wire.FieldsAsync(req, partial: false, ct));
        if (!actor.IsAdmin && !InvitationPolicy.MayCreate(Privilege.Rank(actor), members.RoleOf(actor), write.Role))
        {
            throw CvatException.Forbidden();
        }

        if (write.Role == OrganizationRole.Owner)
        {
            throw CvatException.Field("role", "An organization has one owner.");
        }

        var workspace = WorkspaceId.Organization(organizationId);
        var found = await StoreAsync(actor, workspace, write, ct);
        if (found.Invitation.SentDate is not null)
        {
            await SendAsync(req, found, write.Email, ct);
        }

        return OrganizationMapping.ToRead(found, await users.DirectoryAsync(req, ct), time.GetUtcNow());
    }

    /// <summary>Sends the mail again, which gives the invitation another week.</summary>
    /// <exception cref="CvatException">400: it is accepted; 429: it was sent too often.</exception>
    internal async Task ResendAsync(HttpRequest req, string key, CancellationToken ct)
    {
        var found = await invitations.FindToManageAsync(req.Actor(), key, ct);
        if (found.IsAccepted)
        {
            throw CvatException.Text("This invitation is already accepted.");
        }

        var now = time.GetUtcNow();
        await workspaces.UpdateAsync<Invitation>(found.Workspace, key, req.Actor().UserId, Resent, ct);
        var user = await accounts.FindAsync(found.Invitation.UserId, ct) ?? throw CvatException.NotFound();
        await SendAsync(req, found, user.Email, ct);

        Invitation Resent(Invitation old)
        {
            var recent = old.Resent.Where(at => now - at < Hour).ToList();
            return recent.Count < MaxResentPerHour
                ? old with { SentDate = now, Resent = [.. recent, now] }
                : throw CvatException.Detail(ErrorKind.Throttled, $"Request was throttled. Expected available in {(int)Math.Ceiling((recent[0] + Hour - now).TotalSeconds)} seconds.");
        }
    }

    private async Task<FoundInvitation> StoreAsync(Actor actor, WorkspaceId workspace, InvitationWrite write, CancellationToken ct)
    {
        var user = await UserAsync(write.Email, ct);
        await serverLog.FollowAccountsAsync(actor.UserId, ct);
        var now = time.GetUtcNow();
        var invitation = new Invitation
        {
            Key = Passwords.RandomSecret(KeyBytes),
            UserId = user.Id,
            OwnerId = actor.UserId,
            Role = write.Role.Name(),
            CreatedDate = now,
            SentDate = user.IsPlaceholder ? now : null,
        };
        var membership = new Membership
        {
            Id = await sequences.NextAsync(Membership.Kind, 1, ct),
            UserId = user.Id,
            Role = invitation.Role,
            IsActive = !user.IsPlaceholder,
            JoinedDate = user.IsPlaceholder ? null : now,
            InvitationKey = invitation.Key,
        };
        if (await workspaces.FindAsync<Membership>(workspace, membership.Key, ct) is not null)
        {
            throw AlreadyMember();
        }

        await locators.AddGuestAsync(user.Id, workspace, ct);
        await locators.AddAsync(workspace, Membership.Kind, [EntityKey.Of(membership.Id)], ct);
        await locators.AddAsync(workspace, Invitation.Kind, [invitation.Key], ct);
        try
        {
            var changes = new ChangeSet(actor.UserId).Create(invitation).Create(membership);
            if (await workspaces.FindAsync<FormerMember>(workspace, membership.Key, ct) is { } former)
            {
                changes.Delete(former);
            }

            await workspaces.CommitAsync(workspace, changes, ct);
        }
        catch (StoreConflictException)
        {
            throw AlreadyMember(); // somebody else invited them at the same time
        }

        return await workspaces.ReadAsync(
            workspace,
            view => view.Find<Organization>(EntityKey.Of(workspace.OwnerId)) is { } organization
                ? new FoundInvitation(organization, invitation, membership, Members.Of(workspace, view))
                : throw CvatException.NotFound(),
            ct);
    }

    private static CvatException AlreadyMember() => CvatException.Rule("The user is a member of the organization already.");

    /// <summary>The account of an address, made where there is none.</summary>
    private async Task<User> UserAsync(string email, CancellationToken ct)
    {
        if (await FindAsync() is { } known)
        {
            return known;
        }

        try
        {
            return await accounts.CreateAsync(Placeholder, ct);
        }
        catch (AccountTakenException)
        {
            return await FindAsync() ?? throw CvatException.Field("email", "The address is somebody's user name.");
        }

        async Task<User?> FindAsync() => (await accounts.AllAsync(ct)).FirstOrDefault(user => string.Equals(user.Email, email, StringComparison.OrdinalIgnoreCase));

        User Placeholder(int id) => new()
        {
            Id = id,
            Username = email,
            Email = email,
            IsPlaceholder = true,
            CreatedVia = "invitation",
            DateJoined = time.GetUtcNow(),
            SecurityStamp = Passwords.RandomSecret(StampBytes),
        };
    }

    private Task SendAsync(HttpRequest req, FoundInvitation found, string email, CancellationToken ct) => mailer.SendAsync(
        new(
            email,
            $"Invitation to {found.Organization.Name}",
            $"""
            {req.Actor().Username} invites you to the organization {found.Organization.Name} ({found.Organization.Slug}) as {found.Invitation.Role}.

            Register with this address at {req.BaseUrl()}/auth/register?email={Uri.EscapeDataString(email)} and accept the invitation within seven days.

            """),
        ct);
}
