namespace CvatServerless.Domain.Workspaces;

/// <summary>
/// A workspace: an organization, a user's personal space, or the server's own. It is one partition of the table <c>workspaces</c>, hence the unit of transactions.
/// </summary>
public readonly record struct WorkspaceId(bool IsOrganization, int OwnerId)
{
    /// <summary>What happens to accounts and organizations (<see cref="Server.ServerLog"/>), and the webhooks that are told of it.</summary>
    public static readonly WorkspaceId Server = new(false, 0);

    /// <summary>The partition key: <c>org-{id}</c>, <c>user-{id}</c> or <c>server-0</c>.</summary>
    public string Partition => IsOrganization ? $"org-{OwnerId}" : this == Server ? "server-0" : $"user-{OwnerId}";

    /// <summary>The organization's id; null for a personal space.</summary>
    public int? OrganizationId => IsOrganization ? OwnerId : null;

    /// <summary>An organization's workspace.</summary>
    public static WorkspaceId Organization(int id) => new(true, id);

    /// <summary>A user's personal workspace.</summary>
    public static WorkspaceId Personal(int userId) => new(false, userId);

    /// <summary>Reads what <see cref="Partition"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static WorkspaceId Parse(string partition)
    {
        var dash = partition.IndexOf('-', StringComparison.Ordinal);
        var id = int.Parse(partition.AsSpan(dash + 1), System.Globalization.CultureInfo.InvariantCulture);
        return partition.AsSpan(0, dash) switch
        {
            "org" => Organization(id),
            "user" => Personal(id),
            "server" => Server,
            _ => throw new FormatException($"'{partition}' is not a workspace."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Partition;
}
