using System.Collections.Concurrent;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>The active members of a workspace at one moment; a personal space has none, only what lies in it has people.</summary>
public sealed class Members
{
    /// <summary>Those of a personal space.</summary>
    public static readonly Members Personal = new(null, []);

    /// <summary>Of no organization: nobody has rights there.</summary>
    private const int Deleted = 0;

    private const int CacheSize = 10_000;

    // By the version of the memberships, which no two states of any workspace share: an entry is right for ever.
    private static readonly ConcurrentDictionary<(int Organization, long Version, long FormerVersion, long OrganizationVersion), Members> Cache = [];

    private readonly Dictionary<int, OrganizationRole> _roles;
    private readonly HashSet<int> _former;

    /// <summary>Given members.</summary>
    /// <param name="organizationId">Null: a personal space.</param>
    /// <param name="roles">By user.</param>
    /// <param name="former">Who has left.</param>
    public Members(int? organizationId, Dictionary<int, OrganizationRole> roles, params IEnumerable<int> former)
    {
        OrganizationId = organizationId;
        _roles = roles;
        _former = [.. former];
    }

    /// <summary>Null: a personal space.</summary>
    public int? OrganizationId { get; }

    /// <summary>Those of the workspace that is being read. A deleted organization has none.</summary>
    public static Members Of(WorkspaceId workspace, IWorkspaceView view)
    {
        if (workspace.OrganizationId is not { } id)
        {
            return Personal;
        }

        var key = (id, view.Version<Membership>(), view.Version<FormerMember>(), view.Version<Organization>());
        if (Cache.TryGetValue(key, out var known))
        {
            return known;
        }

        if (Cache.Count >= CacheSize)
        {
            Cache.Clear();
        }

        var isThere = view.Find<Organization>(EntityKey.Of(id)) is { IsDeleted: false };
        var active = isThere ? view.All<Membership>().Where(membership => membership.IsActive) : [];
        var roles = active.ToDictionary(membership => membership.UserId, membership => OrganizationRoles.Parse(membership.Role));
        return Cache[key] = new(isThere ? id : Deleted, roles, view.All<FormerMember>().Select(former => former.UserId));
    }

    /// <summary>What an actor is there.</summary>
    public OrganizationRole RoleOf(Actor actor) => _roles.GetValueOrDefault(actor.UserId);

    /// <summary>Whether an actor is nobody there and never was a member.</summary>
    public bool IsGuest(Actor actor) => OrganizationId is > Deleted && !_roles.ContainsKey(actor.UserId) && !_former.Contains(actor.UserId);
}
