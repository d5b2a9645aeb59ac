using CvatServerless.Domain.Organizations;

namespace CvatServerless.Domain.Identity;

/// <summary>One way to be allowed something: this group or a higher one, and one of these relations to the object.</summary>
/// <param name="MinimumRank">A rank of <see cref="Privilege"/>.</param>
/// <param name="Allowed">One of these is enough.</param>
/// <param name="MinimumRole">In an organization: the lowest role; not asked for in a personal space.</param>
public sealed record Grant(int MinimumRank, Relations Allowed, OrganizationRole MinimumRole = OrganizationRole.Worker)
{
    /// <summary>The contract's "≥M": owners and maintainers of the group <c>user</c>, whatever the object.</summary>
    public static readonly Grant Maintainers = new(Privilege.User, Relations.Anyone, OrganizationRole.Maintainer);
}

/// <summary>One row of a policy (contract-resources.md §3.3): who may do something in a personal space, and who inside an organization.</summary>
/// <param name="Action">Such as <c>update:desc</c>.</param>
/// <param name="Personal">In a personal space; null: administrators alone.</param>
/// <param name="Organization">Inside an organization: any of these; none: administrators alone.</param>
public sealed record PolicyRule(string Action, Grant? Personal, IReadOnlyList<Grant> Organization)
{
    /// <summary>The usual row: inside an organization maintainers may besides, and members by the rule of the personal space.</summary>
    public PolicyRule(string action, int minimumRank, Relations allowed)
        : this(action, new(minimumRank, allowed), [Grant.Maintainers, new(minimumRank, allowed)])
    {
    }

    /// <summary>
    /// What a user of the group <c>worker</c> may with one of these relations in an organization that they are no member of: work on jobs that were given to them.
    /// </summary>
    public Relations Outsiders { get; init; }
}
