using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.SendPasswordLink;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>The tag <c>auth</c>: passwords, signed URLs, permission rules.</summary>
public sealed class PasswordsApi(PasswordService passwords, UrlSigner signer)
{
    [Function("auth_create_password_change")]
    public async Task<IActionResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/password/change")] HttpRequest req, CancellationToken ct)
    {
        PasswordService.RequirePasswordCredential(req.Actor());
        await passwords.ChangeAsync(req, AuthRules.PasswordChange(await Wire.FieldsAsync(req, partial: false, ct)), ct);
        return Wire.Detail("New password has been saved.");
    }

    [Function("auth_create_password_reset")]
    public async Task<IActionResult> Reset(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/password/reset")] HttpRequest req, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var email = AuthRules.PasswordReset(await Wire.FieldsAsync(req, partial: false, ct));
        var link = PublicLinks.Of(req, $"/auth/password/reset/confirm?{PasswordLinkRequest.Parameters}");
        await SendPasswordLinkOrchestrator.StartAsync(client, new(email, link), ct);
        return Wire.Detail("Password reset e-mail has been sent.");
    }

    [Function("auth_create_password_reset_confirm")]
    public async Task<IActionResult> Confirm(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/password/reset/confirm")] HttpRequest req, CancellationToken ct)
    {
        await passwords.ConfirmAsync(AuthRules.PasswordResetConfirm(await Wire.FieldsAsync(req, partial: false, ct)), ct);
        return Wire.Detail("Password has been reset with the new password.");
    }

    [Function("auth_retrieve_rules")]
    public IActionResult Rules([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/rules")] HttpRequest req)
    {
        req.HttpContext.Response.Headers.ETag = RulesBundle.ETag;
        return req.Headers.IfNoneMatch.Contains(RulesBundle.ETag)
            ? Wire.Empty(StatusCodes.Status304NotModified)
            : new WireResult(StatusCodes.Status200OK, RulesBundle.Bytes, "application/gzip");
    }

    /// <summary>Not in release 2.72 of the contract any more; older clients and pages call it.</summary>
    [Function("auth_create_signing")]
    public async Task<IActionResult> Sign([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/signing")] HttpRequest req, CancellationToken ct)
    {
        var url = AuthRules.Signing(await Wire.FieldsAsync(req, partial: false, ct));
        return Wire.Json(await signer.SignAsync(req, url, ct), WireJson.Default.String);
    }
}
