using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http.OpenId;
using CvatServerless.Functions.Http.Throttling;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>Reads every kind of credentials (contract-resources.md §1.3).</summary>
internal sealed class Authenticator(
    IAccounts accounts, ISessions sessions, IAccessTokens tokens, Passwords passwords, FailedSignIns failures, UrlSigner signer, OpenIdTokens openId, TimeProvider time)
{
    /// <summary>The cookie of a browser session.</summary>
    public const string SessionCookie = "sessionid";

    /// <summary>The cookie whose value unsafe calls repeat in <see cref="CsrfHeader"/>.</summary>
    public const string CsrfCookie = "csrftoken";

    /// <summary>See <see cref="CsrfCookie"/>.</summary>
    public const string CsrfHeader = "X-CSRFToken";

    private static readonly TimeSpan UnusedLife = TimeSpan.FromDays(180);
    private static readonly TimeSpan LastUsedPrecision = TimeSpan.FromHours(2);

    /// <summary>Sets the request's actor.</summary>
    /// <exception cref="CvatException">401: credentials that open nothing; 403: a session's unsafe call without its CSRF token.</exception>
    public async Task AuthenticateAsync(HttpContext http, CancellationToken ct)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? header : header[..space];
        var value = space < 0 ? "" : header[(space + 1)..].Trim();
        var task = scheme.ToLowerInvariant() switch
        {
            "bearer" when openId.IsToken(value) => OpenIdAsync(http, ct),
            "bearer" => BearerAsync(http, value, ct),
            "token" => ApiKeyAsync(http, value, ct),
            "basic" => BasicAsync(http, value, ct),
            _ when IsSigned(http.Request) => SignedAsync(http, ct),
            _ => SessionAsync(http, ct),
        };
        await task;
    }

    /// <summary>What is stored instead of a secret.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private async Task BearerAsync(HttpContext http, string value, CancellationToken ct)
    {
        var hash = Hash(value);
        var now = time.GetUtcNow();
        if (await tokens.FindByHashAsync(hash, ct) is not { IsRevoked: false } token || !IsUsable(token, now))
        {
            throw CvatException.Unauthenticated("Invalid token.");
        }

        var user = await ActiveUserAsync(token.UserId, ct);
        if (token.LastUsedDate is not { } used || now - used >= LastUsedPrecision)
        {
            await tokens.UpdateAsync(token.UserId, token.Id, read => read with { LastUsedDate = now }, ct);
        }

        http.SetActor(ActorOf(user, Credential.AccessToken, token.ReadOnly), hash);
    }

    /// <summary>Whether a token is neither expired nor unused for too long.</summary>
    public static bool IsUsable(AccessToken token, DateTimeOffset now) =>
        !token.IsRevoked && !(token.ExpiryDate <= now) && now - (token.LastUsedDate ?? token.CreatedDate) < UnusedLife;

    private async Task ApiKeyAsync(HttpContext http, string value, CancellationToken ct)
    {
        var hash = Hash(value);
        if (await sessions.FindAsync(hash, ct) is not { IsApiKey: true } session)
        {
            throw CvatException.Unauthenticated("Invalid token.");
        }

        var user = await ActiveUserAsync(session.UserId, ct);
        if (user.SecurityStamp != session.SecurityStamp)
        {
            throw CvatException.Unauthenticated("Invalid token.");
        }

        http.SetActor(ActorOf(user, Credential.ApiKey, false), hash);
    }

    private async Task BasicAsync(HttpContext http, string value, CancellationToken ct)
    {
        var buffer = new byte[value.Length];
        if (!Convert.TryFromBase64String(value, buffer, out var length))
        {
            throw CvatException.Unauthenticated("Invalid basic header. Credentials not correctly base64 encoded.");
        }

        var text = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        var user = name.Length == 0 ? null : await accounts.FindByNameAsync(name, ct);
        var password = colon < 0 ? "" : text[(colon + 1)..];
        if (!passwords.IsRemembered(user, password))
        {
            if (!await failures.TryAsync(http, user, name, () => passwords.IsRight(user, password), ct))
            {
                throw CvatException.Unauthenticated("Invalid username/password.");
            }
        }

        http.SetActor(ActorOf(RequireActive(user), Credential.Basic, false), null);
    }

    private async Task SessionAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Request.Cookies[SessionCookie] is not { Length: > 0 } secret)
        {
            return;
        }

        var hash = Hash(secret);
        if (await sessions.FindAsync(hash, ct) is not { IsApiKey: false } session || session.Expires <= time.GetUtcNow()
            || await accounts.FindAsync(session.UserId, ct) is not { IsActive: true } user || user.SecurityStamp != session.SecurityStamp)
        {
            return; // an ended session is no session: the caller is anonymous
        }

        Csrf.Check(http.Request);
        http.SetActor(ActorOf(user, Credential.Session, false), hash);
    }

    private async Task OpenIdAsync(HttpContext http, CancellationToken ct) =>
        http.SetActor(ActorOf(RequireActive(await openId.UserAsync(http, ct)), Credential.OpenId, false), null);

    private static bool IsSigned(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Query.ContainsKey(UrlSigner.Parameter)
        && request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    private async Task SignedAsync(HttpContext http, CancellationToken ct) =>
        http.SetActor(ActorOf(RequireActive(await signer.VerifyAsync(http.Request, ct)), Credential.SignedUrl, true), null);

    private async Task<User> ActiveUserAsync(int id, CancellationToken ct) => RequireActive(await accounts.FindAsync(id, ct));

    private static User RequireActive(User? user) =>
        user is { IsActive: true } ? user : throw CvatException.Unauthenticated("User inactive or deleted.");

    private static Actor ActorOf(User user, Credential credential, bool isReadOnly) =>
        new(user.Id, user.Username, Privilege.Of(user), credential, isReadOnly);
}
