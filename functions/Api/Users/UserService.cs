using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Users;

/// <summary>Accounts: in an organization its people see each other, elsewhere everybody sees themselves and administrators see all.</summary>
public sealed class UserService(IAccounts accounts, IWorkspaces workspaces, ServerLog serverLog)
{
    private const FieldUses Name = FieldUses.Listed | FieldUses.Search | FieldUses.Simple;

    private static readonly FieldSet<User> Fields = FieldSet.ById<User>(user => user.Id)
        .Text("username", user => user.Username, Name)
        .Text("first_name", user => user.FirstName, Name)
        .Text("last_name", user => user.LastName, Name)
        .Bool("is_active", user => user.IsActive, FieldUses.Listed | FieldUses.Simple);

    /// <summary>The accounts for nested owners and assignees.</summary>
    internal async Task<UserDirectory> DirectoryAsync(HttpRequest req, CancellationToken ct) => new(await accounts.AllAsync(ct), req.BaseUrl());

    /// <summary>One account.</summary>
    /// <exception cref="CvatException">404: there is none, or the actor may not know of it.</exception>
    internal async Task<UserRead> ReadAsync(HttpRequest req, int id, CancellationToken ct) =>
        UserMapping.ToRead(await VisibleAsync(req, id, ct) ?? throw NotFound(), req.Actor(), req.BaseUrl());

    /// <summary>An account without any check, or null.</summary>
    internal Task<User?> FindAsync(int id, CancellationToken ct) => accounts.FindAsync(id, ct);

    /// <summary>An account that the actor may change: their own, and to administrators all.</summary>
    /// <exception cref="CvatException">404.</exception>
    internal async Task<User> RequireOwnAsync(Actor actor, int id, CancellationToken ct) =>
        (actor.IsAdmin || actor.UserId == id) && await accounts.FindAsync(id, ct) is { } user ? user : throw NotFound();

    /// <summary>The accounts that the actor may see.</summary>
    internal async Task<Page<UserRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var people = await PeopleAsync(req.Scope(), ct);
        var query = req.ListQuery(Fields);
        var rows = query.Collector();
        foreach (var user in await accounts.AllAsync(ct))
        {
            if (people is null ? actor.IsAdmin || user.Id == actor.UserId : people.Contains(user.Id))
            {
                rows.Offer(user);
            }
        }

        return new(rows.Count, [.. query.PageOf(rows).Select(user => UserMapping.ToRead(user, actor, req.BaseUrl()))], query.Page, query.PageSize);
    }

    /// <summary>Changes an account.</summary>
    /// <exception cref="CvatException">400: a field can't be changed; 403: not with a token.</exception>
    internal async Task<UserRead> UpdateAsync(HttpRequest req, int id, FieldReader fields, CancellationToken ct)
    {
        var actor = req.Actor();
        var change = UserRules.Change(actor, fields);
        try
        {
            var user = await accounts.UpdateAsync(id, (read, all) => KeepAdministrator(read, change(read), all), ct) ?? throw NotFound();
            await serverLog.FollowAccountsAsync(actor.UserId, ct);
            return UserMapping.ToRead(user, actor, req.BaseUrl());
        }
        catch (AccountTakenException e)
        {
            throw CvatException.Field(e.Field, e.Field == "email" ? "A user is already registered with this e-mail address." : "A user with that username already exists.");
        }
    }

    /// <summary>Removes an account; what it owned stays without an owner.</summary>
    /// <exception cref="CvatException">404; 400: it is the last administrator.</exception>
    internal async Task DeleteAsync(Actor actor, int id, CancellationToken ct)
    {
        await RequireOwnAsync(actor, id, ct);

        // First less than an administrator: of two who go at the same time, the second is refused.
        await accounts.UpdateAsync(id, (user, all) => KeepAdministrator(user, user with { Groups = [.. user.Groups.Where(group => group != "admin")] }, all), ct);
        await accounts.DeleteAsync(id, ct);
        await serverLog.FollowAccountsAsync(actor.UserId, ct);
    }

    private async Task<User?> VisibleAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var isVisible = req.Actor().IsAdmin || req.Actor().UserId == id || (await PeopleAsync(req.Scope(), ct))?.Contains(id) == true;
        return isVisible ? await accounts.FindAsync(id, ct) : null;
    }

    /// <summary>The people of the organization that the request names, those who have not joined yet included; null: none is named.</summary>
    private async Task<HashSet<int>?> PeopleAsync(WorkspaceScope scope, CancellationToken ct) => scope.OrganizationId is { } id
        ? await workspaces.ReadAsync(WorkspaceId.Organization(id), view => view.All<Membership>().Select(member => member.UserId).ToHashSet(), ct)
        : null;

    /// <summary>The last administrator who may sign in stays one, or nobody could undo it.</summary>
    /// <exception cref="CvatException">400.</exception>
    private static User KeepAdministrator(User before, User after, IReadOnlyList<User> all)
    {
        var isLast = IsAdministrator(before) && !IsAdministrator(after) && !all.Any(other => other.Id != before.Id && IsAdministrator(other));
        return isLast ? throw CvatException.Rule("The last administrator can be neither removed nor made less than that.") : after;
    }

    private static bool IsAdministrator(User user) => user is { IsAdmin: true, IsActive: true };

    private static CvatException NotFound() => CvatException.NotFound("No User matches the given query.");
}
