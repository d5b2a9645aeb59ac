using System.Text.Json;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>An organization in a list.</summary>
internal sealed record OrganizationRow(Organization Organization, string? OwnerName) : IListRow
{
    public WorkspaceId Workspace => WorkspaceId.Organization(Organization.Id);
}

/// <summary>A membership in a list.</summary>
internal sealed record MembershipRow(WorkspaceId Workspace, Membership Membership, string? UserName) : IListRow;

/// <summary>An invitation, where it lives, with the membership that it is about.</summary>
internal sealed record FoundInvitation(Organization Organization, Invitation Invitation, Membership? Membership, Members Members) : IListRow
{
    public WorkspaceId Workspace => WorkspaceId.Organization(Organization.Id);

    public string? OwnerName { get; init; }

    public bool IsAccepted => Membership is { IsActive: true };
}

/// <summary>Organizations, memberships and invitations as clients see them, and what their lists can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class OrganizationMapping
{
    private const FieldUses Text = FieldUses.Listed | FieldUses.Search | FieldUses.Simple;

    public static readonly FieldSet<OrganizationRow> Organizations = FieldSet.ById<OrganizationRow>(row => row.Organization.Id)
        .Text("name", row => row.Organization.Name, Text)
        .Text("owner", row => row.OwnerName, Text)
        .Text("slug", row => row.Organization.Slug, Text);

    public static readonly FieldSet<MembershipRow> Memberships = FieldSet.ById<MembershipRow>(row => row.Membership.Id)
        .Text("user", row => row.UserName, Text)
        .Choice("role", row => row.Membership.Role, FieldUses.Listed | FieldUses.Simple, OrganizationRules.Roles);

    private static readonly JsonElement NoContact = JsonDocument.Parse("{}").RootElement.Clone();

    private static readonly KeyField<FoundInvitation> Created = new("created_date", FieldUses.Sort, KeyKind.Date, row => row.Invitation.CreatedDate.UtcTicks);

    public static readonly FieldSet<FoundInvitation> Invitations =
        new FieldSet<FoundInvitation>(new TextField<FoundInvitation>("id", FieldUses.Filter, row => row.Invitation.Key)) { DefaultOrder = [new(Created, IsDescending: true)] }
            .Date("created_date", row => row.Invitation.CreatedDate, FieldUses.Sort)
            .Text("owner", row => row.OwnerName, Text)
            .Int("user_id", row => row.Invitation.UserId, FieldUses.Listed | FieldUses.Simple)
            .Bool("accepted", row => row.IsAccepted, FieldUses.Listed | FieldUses.Simple);

    public static OrganizationRead ToRead(Organization organization, UserDirectory users) => new(
        organization.Id,
        organization.Slug,
        organization.Name,
        organization.Description,
        organization.CreatedDate,
        organization.UpdatedDate,
        organization.Contact ?? NoContact,
        users.Basic(organization.OwnerId));

    public static MembershipRead ToRead(WorkspaceId workspace, Membership membership, UserDirectory users) => new(
        membership.Id, users.Basic(membership.UserId)!, workspace.OwnerId, membership.IsActive, membership.JoinedDate, membership.Role, membership.InvitationKey);

    public static InvitationRead ToRead(FoundInvitation found, UserDirectory users, DateTimeOffset now) => new(
        found.Invitation.Key,
        found.Invitation.CreatedDate,
        users.Basic(found.Invitation.OwnerId),
        found.Membership?.Role ?? found.Invitation.Role,
        users.Basic(found.Invitation.UserId)!,
        found.Organization.Id,
        new(found.Organization.Id, found.Organization.Slug),
        found.Invitation.SentDate is null ? null : found.Invitation.IsExpired(now),
        found.IsAccepted);
}
