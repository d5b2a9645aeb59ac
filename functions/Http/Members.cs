using System.Collections.Concurrent;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>The members of organizations as their workspaces know them at the moment; made anew only after a change.</summary>
public sealed class Members(IWorkspaces workspaces)
{
    private readonly ConcurrentDictionary<WorkspaceId, (long Version, OrganizationMembers Members)> _cache = [];

    /// <summary>Of a workspace that is being read; null: it is personal.</summary>
    internal OrganizationMembers? Of(WorkspaceId workspace, IWorkspaceView view)
    {
        if (workspace.OrganizationId is not { } id)
        {
            return null;
        }

        var version = view.Version<Membership>();
        if (_cache.TryGetValue(workspace, out var cached) && cached.Version == version)
        {
            return cached.Members;
        }

        var members = new OrganizationMembers(id, view.All<Membership>().Where(member => member.IsActive).ToDictionary(member => member.UserId, member => member.Role));
        _cache[workspace] = (version, members);
        return members;
    }

    /// <summary>Of a workspace; null: it is personal.</summary>
    internal async Task<OrganizationMembers?> OfAsync(WorkspaceId workspace, CancellationToken ct) =>
        workspace.IsOrganization ? await workspaces.ReadAsync(workspace, view => Of(workspace, view), ct) : null;
}
