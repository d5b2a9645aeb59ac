namespace CvatServerless.Domain.Organizations;

/// <summary>Whose a slug is. A claim whose organization never came to be, or has another slug by now, is left over from a crash and may be released.</summary>
public sealed record SlugClaim(int OrganizationId, DateTimeOffset Since);

/// <summary>The slugs of organizations: unique, also among writers at the same time.</summary>
public interface IOrganizationSlugs
{
    /// <summary>Who claims a slug, or null.</summary>
    Task<SlugClaim?> FindAsync(string slug, CancellationToken ct);

    /// <summary>Claims a slug before the organization is written with it; false where another organization has it.</summary>
    Task<bool> ClaimAsync(string slug, int organizationId, CancellationToken ct);

    /// <summary>Gives a slug up, if it is this organization's.</summary>
    Task ReleaseAsync(string slug, int organizationId, CancellationToken ct);
}
