namespace CvatServerless.Domain.Organizations;

/// <summary>What a member is in an organization; each may what the ones before it may.</summary>
public enum OrganizationRole
{
    /// <summary>Works on what they are assigned to.</summary>
    Worker,

    /// <summary>Creates projects and tasks.</summary>
    Supervisor,

    /// <summary>Sees and manages everything in it.</summary>
    Maintainer,

    /// <summary>The one who owns it.</summary>
    Owner,
}

/// <summary>Roles in the contract's words.</summary>
public static class OrganizationRoles
{
    /// <summary>The words, lowest first.</summary>
    public static readonly IReadOnlyList<string> Words = ["worker", "supervisor", "maintainer", "owner"];

    /// <summary>The contract's word.</summary>
    public static string Word(this OrganizationRole role) => Words[(int)role];

    /// <summary>Reads the contract's word.</summary>
    public static OrganizationRole Parse(string word) => (OrganizationRole)Words.ToList().IndexOf(word);
}

/// <summary>The active members of an organization at one moment.</summary>
public sealed class OrganizationMembers(int organizationId, IReadOnlyDictionary<int, OrganizationRole> roles)
{
    /// <summary>The organization.</summary>
    public int OrganizationId => organizationId;

    /// <summary>A user's role; null: not a member.</summary>
    public OrganizationRole? RoleOf(int userId) => roles.TryGetValue(userId, out var role) ? role : null;
}
