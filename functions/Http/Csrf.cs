using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Protection of cookie sessions: an unsafe call repeats the cookie <c>csrftoken</c> in a header, and an <c>Origin</c>, where one is sent, is our own.
/// It never applies to the other credentials, which a browser doesn't add by itself.
/// </summary>
internal static class Csrf
{
    /// <exception cref="CvatException">403.</exception>
    public static void Check(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            return;
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !IsOwn(request, origin))
        {
            throw CvatException.Forbidden($"CSRF Failed: Origin checking failed - {origin} does not match any trusted origins.");
        }

        if (origin.Length == 0 && request.IsHttps && !IsOwn(request, OriginOf(request.Headers.Referer.ToString())))
        {
            throw CvatException.Forbidden("CSRF Failed: Referer checking failed - no Referer.");
        }

        if (request.Cookies[Authenticator.CsrfCookie] is not { Length: > 0 } cookie)
        {
            throw CvatException.Forbidden("CSRF Failed: CSRF cookie not set.");
        }

        var header = request.Headers[Authenticator.CsrfHeader].ToString();
        if (header.Length == 0)
        {
            throw CvatException.Forbidden("CSRF Failed: CSRF token missing.");
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(header)))
        {
            throw CvatException.Forbidden("CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.");
        }
    }

    private static bool IsOwn(HttpRequest request, string origin) =>
        string.Equals(origin, request.BaseUrl(), StringComparison.OrdinalIgnoreCase)
        || string.Equals(origin, $"{request.Scheme}://{request.Host.ToUriComponent()}", StringComparison.OrdinalIgnoreCase);

    private static string OriginOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : "";
}
