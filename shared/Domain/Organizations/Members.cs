using System.Collections.Concurrent;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>The active members of a workspace at one moment; a personal space has none, only what lies in it has people.</summary>
public sealed class Members
{
    /// <summary>Those of a personal space.</summary>
    public static readonly Members Personal = new(null, []);

    private const int CacheSize = 10_000;

    // By the version of the memberships, which no two states of any workspace share: an entry is right for ever.
    private static readonly ConcurrentDictionary<(int Organization, long Version, long OrganizationVersion), Members> Cache = [];

    private readonly Dictionary<int, OrganizationRole> _roles;

    /// <summary>Given members.</summary>
    /// <param name="organizationId">Null: a personal space.</param>
    /// <param name="roles">By user.</param>
    public Members(int? organizationId, Dictionary<int, OrganizationRole> roles)
    {
        OrganizationId = organizationId;
        _roles = roles;
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

        var key = (id, view.Version<Membership>(), view.Version<Organization>());
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
        return Cache[key] = new(id, active.ToDictionary(membership => membership.UserId, membership => OrganizationRoles.Parse(membership.Role)));
    }

    /// <summary>What an actor is there.</summary>
    public OrganizationRole RoleOf(Actor actor) => _roles.GetValueOrDefault(actor.UserId);

    /// <summary>Whether a user is an active member.</summary>
    public bool Has(int userId) => _roles.ContainsKey(userId);
}
