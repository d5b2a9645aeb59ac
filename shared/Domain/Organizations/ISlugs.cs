using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>The short names of organizations, each claimed by one of them, also among writers at the same time.</summary>
public interface ISlugs
{
    /// <summary>The workspace of the organization with this slug, or null. A claim whose organization never came to be may be named too.</summary>
    Task<WorkspaceId?> FindAsync(string slug, CancellationToken ct);

    /// <summary>Claims a slug for an organization; false where another one has it.</summary>
    Task<bool> ClaimAsync(string slug, WorkspaceId workspace, CancellationToken ct);

    /// <summary>Gives a slug back, if this organization has it.</summary>
    Task ReleaseAsync(string slug, WorkspaceId workspace, CancellationToken ct);
}
