using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Identity;

/// <summary>The workspaces that a list shows and that a creation goes to.</summary>
/// <param name="OrganizationId">One organization, or null.</param>
/// <param name="IsPersonal">Only what belongs to no organization.</param>
public readonly record struct WorkspaceScope(int? OrganizationId, bool IsPersonal)
{
    /// <summary>Nothing was said: lists show all that the actor may see, creations are personal.</summary>
    public static readonly WorkspaceScope Everything;

    /// <summary>An empty name was given: only what belongs to no organization.</summary>
    public static readonly WorkspaceScope Personal = new(null, true);

    /// <summary>The members of the organization; null: none is named.</summary>
    public Members? Members { get; init; }

    /// <summary>Whether a list shows the workspace.</summary>
    public bool Includes(WorkspaceId workspace) =>
        OrganizationId is { } id ? workspace.OrganizationId == id : !IsPersonal || !workspace.IsOrganization;

    /// <summary>Where a creation of this actor goes.</summary>
    public WorkspaceId Target(Actor actor) => OrganizationId is { } id ? WorkspaceId.Organization(id) : WorkspaceId.Personal(actor.UserId);
}
