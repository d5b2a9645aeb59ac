using CvatServerless.Domain.Identity;

namespace CvatServerless.Domain.Organizations;

/// <summary>Who may do what with organizations.</summary>
public static class OrganizationPolicy
{
    /// <summary>Found one.</summary>
    public const string Create = "create";

    /// <summary>See it; lists show the same.</summary>
    public const string View = "view";

    /// <summary>Change slug, name, description or contact.</summary>
    public const string Update = "update";

    /// <summary>Delete it.</summary>
    public const string Delete = "delete";

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, new(Privilege.User, Relations.Anyone), []),
        new(View, null, [new(Privilege.None, Relations.Anyone)]),
        new(Update, null, [new(Privilege.None, Relations.Anyone, OrganizationRole.Maintainer)]),
        new(Delete, null, [new(Privilege.None, Relations.Anyone, OrganizationRole.Owner)]),
    ]);
}

/// <summary>Who may do what with memberships; what depends on two roles does not fit into a table of relations.</summary>
public static class MembershipPolicy
{
    /// <summary>The roles that a maintainer gives and takes.</summary>
    private static bool IsManagedByMaintainers(OrganizationRole role) => role is OrganizationRole.Worker or OrganizationRole.Supervisor;

    /// <summary>Whether a member of a role sees a membership: active ones all members, waiting ones the staff and the user alone.</summary>
    public static bool MayView(OrganizationRole caller, bool isSelf, bool isActive) =>
        caller >= OrganizationRole.Maintainer || (isActive ? caller != OrganizationRole.None : isSelf && caller != OrganizationRole.None);

    /// <summary>Whether a member of a role may give another one a new role.</summary>
    public static bool MayChangeRole(OrganizationRole caller, bool isSelf, OrganizationRole target, OrganizationRole wanted) => !isSelf && caller switch
    {
        OrganizationRole.Owner => target != OrganizationRole.Owner && wanted != OrganizationRole.Owner,
        OrganizationRole.Maintainer => IsManagedByMaintainers(target) && IsManagedByMaintainers(wanted),
        _ => false,
    };

    /// <summary>Whether a member of a role may end a membership: exclude another one, or leave.</summary>
    public static bool MayEnd(OrganizationRole caller, bool isSelf, OrganizationRole target) =>
        isSelf ? target != OrganizationRole.Owner : MayChangeRole(caller, isSelf, target, target);
}

/// <summary>Who may do what with invitations.</summary>
public static class InvitationPolicy
{
    /// <summary>Whether a user of a rank and a role may invite somebody for a role.</summary>
    public static bool MayCreate(int rank, OrganizationRole caller, OrganizationRole offered) =>
        rank >= Privilege.User && MembershipPolicy.MayChangeRole(caller, isSelf: false, OrganizationRole.Worker, offered);

    /// <summary>Whether they manage all invitations.</summary>
    public static bool IsManager(int rank, OrganizationRole caller) => rank >= Privilege.User && caller >= OrganizationRole.Maintainer;

    /// <summary>Whether they see an invitation; who has left sees what they sent no longer.</summary>
    public static bool MayView(int rank, OrganizationRole caller, bool isInviter, bool isInvitee) => isInvitee || MayManage(rank, caller, isInviter);

    /// <summary>Whether they may send it again or take it back.</summary>
    public static bool MayManage(int rank, OrganizationRole caller, bool isInviter) => IsManager(rank, caller) || (isInviter && caller != OrganizationRole.None);
}
