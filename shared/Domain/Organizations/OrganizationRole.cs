namespace CvatServerless.Domain.Organizations;

/// <summary>What a user is in an organization; a higher value may do more.</summary>
public enum OrganizationRole
{
    /// <summary>No member.</summary>
    None,

    /// <summary>Works on what is assigned to them.</summary>
    Worker,

    /// <summary>Makes projects and tasks besides.</summary>
    Supervisor,

    /// <summary>Manages everything in the organization, and its workers and supervisors.</summary>
    Maintainer,

    /// <summary>Its one owner.</summary>
    Owner,
}

/// <summary>Roles on the wire and in storage.</summary>
public static class OrganizationRoles
{
    private static readonly string[] Names = ["", "worker", "supervisor", "maintainer", "owner"];

    /// <summary>The contract's name.</summary>
    public static string Name(this OrganizationRole role) => Names[(int)role];

    /// <summary>The role of a name; <see cref="OrganizationRole.None"/> where it is unknown.</summary>
    public static OrganizationRole Parse(string? name) => (OrganizationRole)Math.Max(0, Array.IndexOf(Names, name));
}
