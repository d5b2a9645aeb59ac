using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Http.Throttling;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>Opens and ends sessions.</summary>
public sealed class SignIn(IAccounts accounts, ISessions sessions, Passwords passwords, FailedSignIns failures, ServerOptions options, TimeProvider time)
{
    /// <summary>Bytes of an API key: 40 hexadecimal characters, the most that clients take.</summary>
    private const int ApiKeyBytes = 20;

    private const int SecretBytes = 32;
    private static readonly TimeSpan CsrfLife = TimeSpan.FromDays(365);
    private static readonly TimeSpan ApiKeyLife = TimeSpan.FromDays(365 * 10);

    /// <summary>Checks a password and opens a session and an API key.</summary>
    /// <exception cref="CvatException">400: no such account, or another password; 429: after too many of those.</exception>
    internal async Task<string> LoginAsync(HttpContext http, LoginRequest login, CancellationToken ct)
    {
        var user = await accounts.FindByNameAsync(login.Name, ct);
        if (!await failures.TryAsync(http, user, login.Name, () => passwords.IsRight(user, login.Password) && user is { IsActive: true }, ct))
        {
            throw CvatException.Field(FieldErrors.NonField, "Unable to log in with provided credentials.");
        }

        return await OpenAsync(http, user!, ct);
    }

    /// <summary>Opens a session (cookies) and an API key (returned).</summary>
    public async Task<string> OpenAsync(HttpContext http, User user, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var secret = Passwords.RandomSecret(SecretBytes);
        var key = Passwords.RandomSecret(ApiKeyBytes);
        var session = new Session { UserId = user.Id, SecurityStamp = user.SecurityStamp, Expires = now.AddDays(options.SessionDays) };
        await sessions.SaveAsync(Authenticator.Hash(secret), session, ct);
        await sessions.SaveAsync(Authenticator.Hash(key), session with { IsApiKey = true, Expires = now + ApiKeyLife }, ct);
        await accounts.UpdateAsync(user.Id, read => read with { LastLogin = now }, ct);
        WriteCookies(http, secret);
        return key;
    }

    /// <summary>Ends the session of the call and the user's API keys.</summary>
    public async Task LogoutAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Request.Actor() is { IsAnonymous: false } actor && actor.Credential != Credential.AccessToken)
        {
            await sessions.DeleteAllAsync(actor.UserId, apiKeysOnly: true, ct);
            if (http.Request.CredentialHash() is { } hash)
            {
                await sessions.DeleteAsync(hash, ct);
            }
        }

        http.Response.Headers.Append("Set-Cookie", $"{Authenticator.SessionCookie}=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
    }

    /// <summary>
    /// The official client joins the Set-Cookie headers and reads them with Python's SimpleCookie, which rejects everything where a cookie that another one
    /// follows ends with a bare flag (contract-resources.md §9 no. 1): the CSRF cookie comes first and has no flags, flags stand before <c>Path</c>.
    /// </summary>
    private void WriteCookies(HttpContext http, string secret)
    {
        var request = http.Request;
        var secure = request.BaseUrl().StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? "Secure; " : "";
        var csrf = request.Cookies[Authenticator.CsrfCookie] is { Length: 32 or 64 } existing && existing.All(char.IsAsciiLetterOrDigit)
            ? existing
            : Passwords.RandomSecret(SecretBytes);
        Append(Authenticator.CsrfCookie, csrf, CsrfLife, secure);
        Append(Authenticator.SessionCookie, secret, TimeSpan.FromDays(options.SessionDays), "HttpOnly; " + secure);

        void Append(string name, string value, TimeSpan life, string flags)
        {
            var expires = (time.GetUtcNow() + life).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            http.Response.Headers.Append("Set-Cookie", $"{name}={value}; expires={expires}; Max-Age={(long)life.TotalSeconds}; {flags}Path=/; SameSite=Lax");
        }
    }
}
