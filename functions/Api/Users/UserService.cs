using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Users;

/// <summary>Accounts: in the personal space everybody sees themselves, administrators see all.</summary>
public sealed class UserService(IAccounts accounts)
{
    private const FieldUses Name = FieldUses.Listed | FieldUses.Search | FieldUses.Simple;
    private static readonly string[] OwnFields = ["username", "first_name", "last_name"];
    private static readonly string[] ProfileFields = ["cvat_usage_reason", "primary_role", "planned_activities", "data_types", "discovery_source"];
    private static readonly string[] StaffFields = ["email", "groups", "is_staff", "is_superuser", "is_active"];

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
        UserMapping.ToRead(await RequireVisibleAsync(req.Actor(), id, ct), req.Actor(), req.BaseUrl());

    /// <summary>One account that the actor may see.</summary>
    /// <exception cref="CvatException">404.</exception>
    internal async Task<User> RequireVisibleAsync(Actor actor, int id, CancellationToken ct) =>
        (actor.IsAdmin || actor.UserId == id) && await accounts.FindAsync(id, ct) is { } user ? user : throw NotFound();

    /// <summary>The accounts that the actor may see.</summary>
    internal async Task<Page<UserRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        req.Scope();
        var query = req.ListQuery(Fields);
        if (!actor.IsAdmin)
        {
            query = query.And(FilterNode.Equal("id", actor.UserId));
        }

        var rows = query.Collector();
        foreach (var user in await accounts.AllAsync(ct))
        {
            rows.Offer(user);
        }

        return new(rows.Count, [.. query.PageOf(rows).Select(user => UserMapping.ToRead(user, actor, req.BaseUrl()))], query.Page, query.PageSize);
    }

    /// <summary>Changes an account.</summary>
    /// <exception cref="CvatException">400: a field can't be changed.</exception>
    internal async Task<UserRead> UpdateAsync(HttpRequest req, int id, FieldReader fields, CancellationToken ct)
    {
        var actor = req.Actor();
        if (!actor.IsAdmin && fields.Names.Except(OwnFields).Except(ProfileFields).ToList() is { Count: > 0 } others)
        {
            var known = others.Intersect(StaffFields).ToList();
            var list = string.Join(", ", (known.Count > 0 ? known : others).Select(name => $"'{name}'"));
            var message = known.Count > 0 ? $"You do not have permissions to access some of these fields: {{{list}}}" : $"Got unknown fields: {{{list}}}";
            throw CvatException.Field(FieldErrors.NonField, message);
        }

        var change = Change(fields);
        try
        {
            var user = await accounts.UpdateAsync(id, change, ct) ?? throw NotFound();
            return UserMapping.ToRead(user, actor, req.BaseUrl());
        }
        catch (AccountTakenException e)
        {
            throw CvatException.Field(e.Field, e.Field == "email" ? "A user is already registered with this e-mail address." : "A user with that username already exists.");
        }
    }

    /// <summary>Removes an account; what it owned stays without an owner.</summary>
    /// <exception cref="CvatException">404.</exception>
    internal async Task DeleteAsync(Actor actor, int id, CancellationToken ct)
    {
        await RequireVisibleAsync(actor, id, ct);
        await accounts.DeleteAsync(id, ct);
    }

    private static Func<User, User> Change(FieldReader fields)
    {
        var username = fields.Text("username", 150);
        var first = fields.Text("first_name", 150, allowBlank: true);
        var last = fields.Text("last_name", 150, allowBlank: true);
        var email = fields.Text("email", 254, allowBlank: true);
        var active = fields.Bool("is_active");
        var groups = fields.Texts("groups", 150);
        fields.Errors.ThrowIfAny();
        return read => read with
        {
            Username = username.Or(read.Username)!,
            FirstName = first.Or(read.FirstName)!,
            LastName = last.Or(read.LastName)!,
            Email = email.Or(read.Email)!,
            IsActive = active.Or(read.IsActive),
            Groups = groups ?? read.Groups,
        };
    }

    private static CvatException NotFound() => CvatException.NotFound("No User matches the given query.");
}
