using System.Security.Claims;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Server;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace CvatServerless.Functions.Http.OpenId;

/// <summary>
/// Signs callers in by an identity provider's bearer tokens. The Functions worker has no authentication middleware, so the scheme that Microsoft.Identity.Web has set
/// up is asked by hand. An account is made at the first sign-in; it is never joined with a local one of the same mail address, which anybody may have claimed.
/// </summary>
public sealed class OpenIdTokens(IAccounts accounts, ServerLog serverLog, ServerOptions options, TimeProvider time, ILogger<OpenIdTokens> log)
{
    /// <summary>The authentication scheme.</summary>
    internal const string Scheme = "OpenId";

    private const int MaxNames = 100;
    private const int StampBytes = 16;
    private readonly RoleMap _roles = RoleMap.Parse(options.OpenId?.Roles ?? "");

    /// <summary>Whether a bearer value is such a token; personal access tokens have no dots.</summary>
    internal bool IsToken(string value) => options.OpenId is not null && IsShaped(value);

    /// <summary>Whether it has the three parts of a signed token.</summary>
    internal static bool IsShaped(string value) => value.AsSpan().Count('.') == 2;

    /// <summary>The account of the caller.</summary>
    /// <exception cref="CvatException">401: the token is not valid.</exception>
    internal async Task<User> UserAsync(HttpContext http, CancellationToken ct)
    {
        var principal = await PrincipalAsync(http);
        var issuer = principal.FindFirstValue("iss");
        var subject = principal.FindFirstValue("sub");
        if (string.IsNullOrEmpty(issuer) || string.IsNullOrEmpty(subject))
        {
            throw Invalid();
        }

        var externalId = $"{issuer}|{subject}";
        var groups = _roles.GroupsOf(principal.FindAll("roles").Concat(principal.FindAll("role")).Select(claim => claim.Value), options.OpenId!.DefaultGroup);
        var user = await accounts.FindByExternalIdAsync(externalId, ct) ?? await ProvisionAsync(principal, externalId, groups, ct);
        if (!_roles.IsEmpty && !user.Groups.ToHashSet().SetEquals(groups))
        {
            user = await accounts.UpdateAsync(user.Id, read => read with { Groups = groups }, ct) ?? throw Invalid();
            await serverLog.FollowAccountsAsync(user.Id, ct);
        }

        return user;
    }

    private static CvatException Invalid() => CvatException.Unauthenticated("Invalid token.");

    private static string NameOf(ClaimsPrincipal principal)
    {
        var wished = principal.FindFirstValue("preferred_username") ?? principal.FindFirstValue("upn") ?? principal.FindFirstValue("email") ?? "user";
        var name = string.Concat(wished.Take(100).Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '@' or '+' or '-' or '_'));
        return name.Length > 0 ? name : "user";
    }

    private static string Short(string? text) => text is null ? "" : text.Length > 150 ? text[..150] : text;

    private async Task<ClaimsPrincipal> PrincipalAsync(HttpContext http)
    {
        try
        {
            var result = await http.AuthenticateAsync(Scheme);
            return result is { Succeeded: true, Principal: { } principal } ? principal : throw Invalid();
        }
        catch (Exception e) when (e is SecurityTokenException or ArgumentException)
        {
            throw Invalid();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            log.LogError(e, "The identity provider's keys can't be read.");
            throw CvatException.Unauthenticated("The identity provider can't be reached.");
        }
    }

    private async Task<User> ProvisionAsync(ClaimsPrincipal principal, string externalId, IReadOnlyList<string> groups, CancellationToken ct)
    {
        var name = NameOf(principal);
        var email = principal.FindFirstValue("email") is { Length: <= 254 } claimed && Api.Users.UserRules.IsEmail(claimed) ? claimed : "";
        var username = name;
        for (var attempt = 2; ; attempt++)
        {
            var user = New(username, email);
            try
            {
                var made = await accounts.CreateAsync(id => user with { Id = id }, ct);
                await serverLog.FollowAccountsAsync(made.Id, ct);
                return made;
            }
            catch (AccountTakenException e) when (attempt < MaxNames)
            {
                switch (e.Field)
                {
                    case "external_id":
                        return await accounts.FindByExternalIdAsync(externalId, ct) ?? throw Invalid(); // another call was faster
                    case "email":
                        email = "";
                        break;
                    default:
                        username = $"{name}-{attempt}";
                        break;
                }
            }
        }

        User New(string username, string email) => new()
        {
            Id = 0,
            Username = username,
            Email = email,
            FirstName = Short(principal.FindFirstValue("given_name")),
            LastName = Short(principal.FindFirstValue("family_name")),
            Groups = groups,
            DateJoined = time.GetUtcNow(),
            SecurityStamp = Passwords.RandomSecret(StampBytes),
            ExternalId = externalId,
            CreatedVia = "sso",
        };
    }
}
