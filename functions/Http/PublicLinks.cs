using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Addresses of the web app for mails. A <c>Host</c> header is the caller's choice, and a mail to somebody else must not lead to a host of their choice: it counts
/// only where it is loopback.
/// </summary>
public static class PublicLinks
{
    /// <summary>The address of a page, whole where the server knows its own; else only <paramref name="pathAndQuery"/> with a hint.</summary>
    public static string Of(HttpRequest request, string pathAndQuery)
    {
        var configured = request.HttpContext.RequestServices.GetRequiredService<ServerOptions>().PublicUrl;
        var origin = configured ?? (IsLoopback(request.Host.Host) ? $"{request.Scheme}://{request.Host.ToUriComponent()}" : null);
        return origin is null ? $"{pathAndQuery} (behind the address of your CvatServerless)" : origin + pathAndQuery;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
