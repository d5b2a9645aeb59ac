using System.Globalization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>The workspaces that a list shows and that a creation goes to.</summary>
/// <param name="Organization">One organization with its members, or null.</param>
/// <param name="IsPersonal">An empty name was given: only what belongs to no organization. Without any, lists show all that the actor may see.</param>
internal sealed record OrganizationContext(OrganizationMembers? Organization, bool IsPersonal)
{
    /// <summary>Nothing was said.</summary>
    public static readonly OrganizationContext Everything = new(null, false);

    /// <summary>What decides about a creation that has no object yet.</summary>
    public StaffFacts Facts => new() { Members = Organization };

    /// <summary>
    /// What decides about a creation below an object: the organization's rules where the request names it, else those of the personal space, as long as the actor is a member.
    /// </summary>
    public StaffFacts Judge(Actor actor, StaffFacts facts) =>
        facts.Members is { } members && members.OrganizationId != Organization?.OrganizationId && members.RoleOf(actor.UserId) is not null ? facts with { Members = null } : facts;

    /// <summary>Whether a list shows the workspace.</summary>
    public bool Includes(WorkspaceId workspace) =>
        Organization is { } organization ? workspace.OrganizationId == organization.OrganizationId : !IsPersonal || !workspace.IsOrganization;

    /// <summary>Where a creation of this actor goes.</summary>
    public WorkspaceId Target(Actor actor) =>
        Organization is { } organization ? WorkspaceId.Organization(organization.OrganizationId) : WorkspaceId.Personal(actor.UserId);
}

/// <summary>Reads the workspace that a request is about from <c>org</c>, <c>org_id</c> and <c>X-Organization</c> (contract-resources.md §1.6).</summary>
public sealed class OrganizationContexts(IWorkspaces workspaces, ISlugs slugs, Members members)
{
    private const string Header = "X-Organization";

    /// <summary>The context of lists and creations.</summary>
    /// <exception cref="CvatException">400: its sources contradict each other; 404: there is no such organization; 403: the actor is no member.</exception>
    internal async Task<OrganizationContext> OfAsync(HttpRequest request, CancellationToken ct)
    {
        var (name, isId) = Name(request);
        if (string.IsNullOrEmpty(name))
        {
            return new(null, IsPersonal: name is not null);
        }

        var actor = request.Actor();
        var found = await FindAsync(name, isId, ct) ?? throw CvatException.NotFound($"{name} organization does not exist.");
        return actor.IsAdmin || found.RoleOf(actor.UserId) is not null ? new(found, false) : throw CvatException.Forbidden();
    }

    private static (string? Name, bool IsId) Name(HttpRequest request)
    {
        string? slug = request.Query.TryGetValue("org", out var org) ? org.ToString() : null;
        string? header = request.Headers.TryGetValue(Header, out var named) ? named.ToString() : null;
        string? id = request.Query.TryGetValue("org_id", out var number) ? number.ToString() : null;
        if (id is not null && (slug is not null || header is not null))
        {
            throw CvatException.Rule("You cannot specify \"org_id\" query parameter with \"org\" query parameter or \"X-Organization\" HTTP header at the same time.");
        }

        if (slug is not null && header is not null && slug != header)
        {
            throw CvatException.Rule("You cannot specify \"org\" query parameter and \"X-Organization\" HTTP header with different values.");
        }

        return (id ?? slug ?? header, id is not null);
    }

    private async Task<OrganizationMembers?> FindAsync(string name, bool isId, CancellationToken ct)
    {
        WorkspaceId? workspace = !isId ? (IsSlug(name) ? await slugs.FindAsync(name, ct) : null)
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? WorkspaceId.Organization(id) : null;
        return workspace is { } known
            ? await workspaces.ReadAsync(known, view => view.Organization(known) is { } organization && (isId || organization.Slug == name) ? members.Of(known, view) : null, ct)
            : null;
    }

    private static bool IsSlug(string name) => name.Length <= 16 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
