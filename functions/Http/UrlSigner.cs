using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Signed URLs: whoever has one may read that one address as the user who signed it, for 30 seconds. The key is the account's security stamp, so that a new
/// password ends them too, and every process that shares the store can check them.
/// </summary>
public sealed class UrlSigner(IAccounts accounts, TimeProvider time)
{
    /// <summary>The query parameter.</summary>
    public const string Parameter = "sign";

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    /// <summary>The address with its signature.</summary>
    /// <exception cref="CvatException">400: it is no address of this server's API.</exception>
    internal async Task<string> SignAsync(HttpRequest request, string url, CancellationToken ct)
    {
        var origin = request.BaseUrl();
        var relative = url.StartsWith(origin + "/", StringComparison.OrdinalIgnoreCase) ? url[origin.Length..] : url;
        if (!relative.StartsWith("/api/", StringComparison.Ordinal) || !Uri.TryCreate(origin + relative, UriKind.Absolute, out var uri))
        {
            throw CvatException.Field("url", "Enter a URL of this server that begins with /api/.");
        }

        var user = await accounts.FindAsync(request.Actor().UserId, ct) ?? throw CvatException.Unauthenticated();
        var query = WithoutSignature(uri.Query);
        var expires = (time.GetUtcNow() + Life).ToUnixTimeSeconds();
        var sign = string.Create(CultureInfo.InvariantCulture, $"{user.Id}:{expires}:{Mac(user, expires, Uri.UnescapeDataString(uri.AbsolutePath), query)}");
        return $"{origin}{uri.AbsolutePath}{query}{(query.Length == 0 ? '?' : '&')}{Parameter}={Uri.EscapeDataString(sign)}";
    }

    /// <summary>The user who signed the address of a request.</summary>
    /// <exception cref="CvatException">401: it isn't signed so, or was too long ago.</exception>
    internal async Task<User> VerifyAsync(HttpRequest request, CancellationToken ct)
    {
        var parts = request.Query[Parameter].ToString().Split(':');
        if (parts.Length != 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || await accounts.FindAsync(id, ct) is not { } user)
        {
            throw CvatException.Unauthenticated("Invalid signature.");
        }

        var expected = Mac(user, expires, request.Path.Value ?? "", WithoutSignature(request.QueryString.Value ?? ""));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(parts[2])))
        {
            throw CvatException.Unauthenticated("Invalid signature.");
        }

        return time.GetUtcNow().ToUnixTimeSeconds() < expires ? user : throw CvatException.Unauthenticated("This URL has expired.");
    }

    private static string Mac(User user, long expires, string path, string query)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"url-signature\n{user.Id}\n{expires}\n{path}\n{query}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(user.SecurityStamp), Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The query as it was sent, in its order, without the signature; with its question mark, or empty.</summary>
    private static string WithoutSignature(string query)
    {
        var kept = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith(Parameter + "=", StringComparison.Ordinal));
        var joined = string.Join('&', kept);
        return joined.Length == 0 ? "" : "?" + joined;
    }
}
