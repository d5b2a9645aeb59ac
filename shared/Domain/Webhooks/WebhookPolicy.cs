using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;

namespace CvatServerless.Domain.Webhooks;

/// <summary>Who may do what with webhooks (contract-resources.md §3.3).</summary>
public static class WebhookPolicy
{
    /// <summary>Make one for a project; asked with the project's facts.</summary>
    public const string CreateForProject = "create@project";

    /// <summary>Make one for an organization.</summary>
    public const string CreateForOrganization = "create@organization";

    /// <summary>Make one for the server: administrators alone.</summary>
    public const string CreateForServer = "create@server";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See it, change it, delete it, its deliveries, ping, redelivery.</summary>
    public const string Use = "use";

    private const Relations Owners = Relations.WebhookOwner | Relations.ProjectOwner;

    private static readonly Grant Managers = new(Privilege.Worker, Relations.Anyone, OrganizationRole.Maintainer);

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(CreateForProject, new(Privilege.User, Relations.ProjectOwner), [Managers, new(Privilege.None, Relations.ProjectOwner)]),
        new(CreateForOrganization, null, [Managers]),
        new(CreateForServer, null, []),
        new(List, new(Privilege.None, Owners), [Managers with { MinimumRank = Privilege.None }, new(Privilege.None, Owners)]),
        new(Use, new(Privilege.None, Owners), [Managers with { MinimumRank = Privilege.None }, new(Privilege.None, Owners)]),
    ]);

    /// <summary>The people of a webhook; one of the server has none, whoever made it.</summary>
    public static StaffFacts Facts(Webhook webhook, Project? project) => webhook.Type == "server" ? default : new() { WebhookOwner = webhook.OwnerId, ProjectOwner = project?.OwnerId };
}
