using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>The tag <c>organizations</c>.</summary>
public sealed class OrganizationsApi(OrganizationService organizations)
{
    private const string Many = "api/organizations";
    private const string One = "api/organizations/{id:int}";

    [Function("organizations_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await organizations.ListAsync(req, ct), WireJson.Default.OrganizationRead);

    [Function("organizations_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await organizations.CreateAsync(req, ct), WireJson.Default.OrganizationRead);

    [Function("organizations_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await organizations.ReadAsync(req, id, ct), WireJson.Default.OrganizationRead);

    [Function("organizations_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await organizations.UpdateAsync(req, id, ct), WireJson.Default.OrganizationRead);

    [Function("organizations_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await organizations.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }
}

/// <summary>The tag <c>memberships</c>.</summary>
public sealed class MembershipsApi(MembershipService memberships)
{
    private const string Many = "api/memberships";
    private const string One = "api/memberships/{id:int}";

    [Function("memberships_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await memberships.ListAsync(req, ct), WireJson.Default.MembershipRead);

    [Function("memberships_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await memberships.ReadAsync(req, id, ct), WireJson.Default.MembershipRead);

    [Function("memberships_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await memberships.UpdateAsync(req, id, ct), WireJson.Default.MembershipRead);

    [Function("memberships_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await memberships.DeleteAsync(req, id, ct);
        return Wire.NoContent();
    }
}

/// <summary>The tag <c>invitations</c>.</summary>
public sealed class InvitationsApi(InvitationService invitations, Inviting inviting)
{
    private const string Many = "api/invitations";
    private const string One = "api/invitations/{key}";

    [Function("invitations_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await invitations.ListAsync(req, ct), WireJson.Default.InvitationRead);

    [Function("invitations_create")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Created(await inviting.CreateAsync(req, ct), WireJson.Default.InvitationRead);

    [Function("invitations_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, string key, CancellationToken ct) =>
        Wire.Json(await invitations.ReadAsync(req, key, ct), WireJson.Default.InvitationRead);

    [Function("invitations_destroy")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, string key, CancellationToken ct)
    {
        await invitations.DeleteAsync(req, key, ct);
        return Wire.NoContent();
    }

    [Function("invitations_accept")]
    public async Task<IActionResult> Accept([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/accept")] HttpRequest req, string key, CancellationToken ct) =>
        Wire.Json(await invitations.AcceptAsync(req, key, ct), WireJson.Default.AcceptInvitationRead);

    [Function("invitations_decline")]
    public async Task<IActionResult> Decline([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/decline")] HttpRequest req, string key, CancellationToken ct)
    {
        await invitations.DeclineAsync(req, key, ct);
        return Wire.NoContent();
    }

    [Function("invitations_resend")]
    public async Task<IActionResult> Resend([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/resend")] HttpRequest req, string key, CancellationToken ct)
    {
        await inviting.ResendAsync(req, key, ct);
        return Wire.NoContent();
    }
}
