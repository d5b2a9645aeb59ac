using System.Collections.Concurrent;
using System.Globalization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>Finds the workspace that a request is about from <c>org</c>, <c>org_id</c> and <c>X-Organization</c> (contract-resources.md §1.6).</summary>
internal sealed class OrganizationContext(IWorkspaces workspaces, IOrganizationSlugs slugs)
{
    private const string Header = "X-Organization";
    private const int CacheSize = 10_000;

    // Only ever a hint: the organization itself is asked whether the slug is still its own.
    private readonly ConcurrentDictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>Finds it and keeps it, or what is wrong with it, for <see cref="OrganizationContextExtensions.Scope"/>: many operations don't ask.</summary>
    public async Task ResolveAsync(HttpRequest request, CancellationToken ct)
    {
        try
        {
            request.SetScope(await FindAsync(request, ct));
        }
        catch (CvatException e)
        {
            request.SetScope(e);
        }
    }

    private async Task<WorkspaceScope> FindAsync(HttpRequest request, CancellationToken ct)
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

        var name = id ?? slug ?? header;
        if (string.IsNullOrEmpty(name))
        {
            return name is null ? WorkspaceScope.Everything : WorkspaceScope.Personal;
        }

        var members = (id is null ? await BySlugAsync(name, ct) : await ByIdAsync(name, ct)) ?? throw CvatException.NotFound($"{name} organization does not exist.");
        var actor = request.Actor();
        return actor.IsAdmin || members.RoleOf(actor) != OrganizationRole.None
            ? new WorkspaceScope(members.OrganizationId, false) { Members = members }
            : throw CvatException.Forbidden();
    }

    private async Task<Members?> BySlugAsync(string slug, CancellationToken ct)
    {
        if (_known.TryGetValue(slug, out var known) && await ReadAsync(known, slug, ct) is { } members)
        {
            return members;
        }

        if ((await slugs.FindAsync(slug, ct))?.OrganizationId is not { } id || await ReadAsync(id, slug, ct) is not { } found)
        {
            return null;
        }

        if (_known.Count >= CacheSize)
        {
            _known.Clear();
        }

        _known[slug] = id;
        return found;
    }

    private async Task<Members?> ByIdAsync(string text, CancellationToken ct) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await ReadAsync(id, null, ct) : null;

    private Task<Members?> ReadAsync(int id, string? slug, CancellationToken ct)
    {
        var workspace = WorkspaceId.Organization(id);
        return workspaces.ReadAsync(
            workspace,
            view => view.Find<Organization>(EntityKey.Of(id)) is { IsDeleted: false } organization && (slug is null || organization.Slug == slug) ? Members.Of(workspace, view) : null,
            ct);
    }
}

/// <summary>What <see cref="OrganizationContext"/> found.</summary>
internal static class OrganizationContextExtensions
{
    private static readonly object ScopeKey = new();

    /// <summary>The scope of lists and creations.</summary>
    /// <exception cref="CvatException">400: what the request says contradicts itself; 404: there is no such organization; 403: the caller is no member.</exception>
    public static WorkspaceScope Scope(this HttpRequest request)
    {
        request.HttpContext.Items.TryGetValue(ScopeKey, out var found);
        return found switch
        {
            CvatException error => throw error,
            WorkspaceScope scope => scope,
            _ => WorkspaceScope.Everything,
        };
    }

    /// <summary>Set by <see cref="OrganizationContext"/> alone: a scope, or an error.</summary>
    public static void SetScope(this HttpRequest request, object scope) => request.HttpContext.Items[ScopeKey] = scope;
}
