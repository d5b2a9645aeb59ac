using CvatServerless.Domain.Identity;

namespace CvatServerless.Functions.Api.Users;

/// <summary>Accounts as clients see them.</summary>
internal static class UserMapping
{
    /// <summary>Name and id.</summary>
    public static BasicUserRead ToBasic(User user, string baseUrl) =>
        new($"{baseUrl}/api/users/{user.Id}", user.Id, user.Username, user.FirstName, user.LastName);

    /// <summary>What <paramref name="actor"/> may see: all of it for oneself and for staff, else name and id.</summary>
    public static UserRead ToRead(User user, Actor actor, string baseUrl)
    {
        var basic = new UserRead($"{baseUrl}/api/users/{user.Id}", user.Id, user.Username, user.FirstName, user.LastName);
        return actor.IsAdmin || actor.UserId == user.Id ? WithDetails(basic, user) : basic;
    }

    private static UserRead WithDetails(UserRead basic, User user) => basic with
    {
        Email = user.Email,
        Groups = user.Groups,
        IsStaff = user.IsAdmin,
        IsSuperuser = user.IsAdmin,
        IsActive = user.IsActive,
        LastLogin = user.LastLogin,
        DateJoined = user.DateJoined,
        HasAnalyticsAccess = user.IsAdmin,
        CvatUsageReason = user.Profile?.UsageReason ?? "",
        PrimaryRole = user.Profile?.PrimaryRole ?? "",
        PlannedActivities = user.Profile?.PlannedActivities ?? [],
        DataTypes = user.Profile?.DataTypes ?? [],
        DiscoverySource = user.Profile?.DiscoverySource ?? "",
        CreatedVia = user.CreatedVia,
    };
}

/// <summary>The accounts at one moment, for mapping owners and assignees.</summary>
internal sealed class UserDirectory(IReadOnlyList<User> users, string baseUrl)
{
    private readonly Dictionary<int, User> _users = users.ToDictionary(user => user.Id);
    private readonly Dictionary<int, BasicUserRead> _reads = [];

    /// <summary>The accounts themselves; the same list while none has changed.</summary>
    public IReadOnlyList<User> All => users;

    /// <summary>The origin of URLs.</summary>
    public string BaseUrl => baseUrl;

    /// <summary>A name, or null where there is no such account.</summary>
    public string? Name(int? id) => id is { } key && _users.TryGetValue(key, out var user) ? user.Username : null;

    /// <summary>An account, or null.</summary>
    public User? Find(int? id) => id is { } key ? _users.GetValueOrDefault(key) : null;

    /// <summary>The nested form of an account, or null.</summary>
    public BasicUserRead? Basic(int? id)
    {
        if (Find(id) is not { } user)
        {
            return null;
        }

        if (!_reads.TryGetValue(user.Id, out var read))
        {
            _reads[user.Id] = read = UserMapping.ToBasic(user, baseUrl);
        }

        return read;
    }
}
