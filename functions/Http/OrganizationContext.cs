using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>Reads the workspace that a request is about from <c>org</c>, <c>org_id</c> and <c>X-Organization</c> (contract-resources.md §1.6).</summary>
internal static class OrganizationContext
{
    private const string Header = "X-Organization";

    /// <summary>The scope of lists and creations.</summary>
    /// <exception cref="CvatException">400: they contradict each other; 404: there is no such organization.</exception>
    public static WorkspaceScope Scope(this HttpRequest request)
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
        return name switch
        {
            null => WorkspaceScope.Everything,
            "" => WorkspaceScope.Personal,
            _ => throw CvatException.NotFound($"{name} organization does not exist."),
        };
    }
}
