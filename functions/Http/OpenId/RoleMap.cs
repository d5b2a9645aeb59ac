namespace CvatServerless.Functions.Http.OpenId;

/// <summary>Which role of an identity provider means which group.</summary>
internal sealed class RoleMap
{
    private static readonly string[] Known = ["admin", "user", "worker"];
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);

    /// <summary>Whether roles mean nothing: then groups are managed here.</summary>
    public bool IsEmpty => _groups.Count == 0;

    /// <summary>Reads <c>role=group,…</c>.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static RoleMap Parse(string text)
    {
        var map = new RoleMap();
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = pair.LastIndexOf('=');
            var group = at > 0 ? pair[(at + 1)..].Trim() : "";
            if (!Known.Contains(group))
            {
                throw new InvalidOperationException($"CVATSERVERLESS_OIDC_ROLES must be 'role=group,…' with the groups admin, user and worker; '{pair}' is not.");
            }

            map._groups[pair[..at].Trim()] = group;
        }

        return map;
    }

    /// <summary>The groups of somebody with these roles.</summary>
    public IReadOnlyList<string> GroupsOf(IEnumerable<string> roles, string defaultGroup)
    {
        var groups = roles.Select(role => _groups.GetValueOrDefault(role)).OfType<string>().Distinct().ToList();
        return groups.Count > 0 ? groups : defaultGroup == "none" ? [] : [defaultGroup];
    }
}
