using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>The tag <c>auth</c>: sign-in and registration.</summary>
public sealed class AuthApi(SignIn signIn, Registration registration)
{
    [Function("auth_create_login")]
    public async Task<IActionResult> Login([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/login")] HttpRequest req, CancellationToken ct)
    {
        var login = AuthRules.Login(await Wire.FieldsAsync(req, partial: false, ct));
        return Wire.Json(new LoginRead(await signIn.LoginAsync(req.HttpContext, login, ct)), WireJson.Default.LoginRead);
    }

    [Function("auth_create_logout")]
    public async Task<IActionResult> Logout([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/logout")] HttpRequest req, CancellationToken ct)
    {
        await signIn.LogoutAsync(req.HttpContext, ct);
        return Wire.Detail("Successfully logged out.");
    }

    [Function("auth_create_register")]
    public async Task<IActionResult> Register([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/register")] HttpRequest req, CancellationToken ct)
    {
        var user = await registration.RegisterAsync(AuthRules.Register(await Wire.FieldsAsync(req, partial: false, ct)), ct);
        var key = await signIn.OpenAsync(req.HttpContext, user, ct);
        var read = new RegisterRead(user.Username, user.Email, user.FirstName, user.LastName, EmailVerificationRequired: false, key);
        return Wire.Created(read, WireJson.Default.RegisterRead);
    }
}
