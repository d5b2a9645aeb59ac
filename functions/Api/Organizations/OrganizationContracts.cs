using System.Text.Json;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>Schema <c>OrganizationRead</c>.</summary>
internal sealed record OrganizationRead(
    int Id, string Slug, string Name, string Description, DateTimeOffset CreatedDate, DateTimeOffset UpdatedDate, JsonElement Contact, BasicUserRead? Owner);

/// <summary>Schema <c>MembershipRead</c>.</summary>
internal sealed record MembershipRead(int Id, BasicUserRead User, int Organization, bool IsActive, DateTimeOffset? JoinedDate, string Role, string? Invitation);

/// <summary>Schema <c>BasicOrganization</c>.</summary>
internal sealed record BasicOrganizationRead(int Id, string Slug);

/// <summary>Schema <c>InvitationRead</c>; <see cref="Expired"/> is null where no mail had to go out.</summary>
internal sealed record InvitationRead(
    string Key,
    DateTimeOffset CreatedDate,
    BasicUserRead? Owner,
    string Role,
    BasicUserRead User,
    int Organization,
    BasicOrganizationRead OrganizationInfo,
    bool? Expired,
    bool Accepted);

/// <summary>Schema <c>AcceptInvitationRead</c>.</summary>
internal sealed record AcceptInvitationRead(string OrganizationSlug);
