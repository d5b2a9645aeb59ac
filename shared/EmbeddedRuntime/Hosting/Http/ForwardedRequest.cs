using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>
/// Makes a request look as it does behind the platform's host, which forwards it to the app: the client's X-Forwarded headers are
/// replaced by the connection's own (and end up as X-Original), and the path is encoded once more.
/// </summary>
internal static class ForwardedRequest
{
    private const string UnencodedInPath = "-._~!$&'()*+,;=:@/";

    public static void Apply(HttpContext http, string invocationId, RouteValueDictionary routeValues)
    {
        var request = http.Request;
        var headers = request.Headers;
        headers.Remove("X-Forwarded-For");
        headers.Remove("X-Forwarded-Proto");
        headers.Remove("X-Forwarded-Host");
        headers.Remove("X-Forwarded-Prefix");
        headers.Remove("Forwarded");
        var connection = http.Connection;
        headers["X-Original-For"] = connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort).ToString() : "unknown";
        headers["X-Original-Host"] = request.Host.Value;
        headers["X-Original-Proto"] = request.Scheme;
        headers["x-ms-invocation-id"] = invocationId;
        request.RouteValues = routeValues;

        var feature = http.Features.Get<IHttpRequestFeature>()!;
        if (feature.RawTarget.Contains('%') || feature.RawTarget.Contains("/.", StringComparison.Ordinal))
        {
            feature.RawTarget = EncodePath(feature.Path) + feature.QueryString;
        }
    }

    /// <summary>Encodes all but unreserved characters and sub-delimiters; '%' too, since the path has been decoded before.</summary>
    internal static string EncodePath(string path)
    {
        var encoded = new StringBuilder(path.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in path.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || UnencodedInPath.Contains((char)rune.Value)))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return encoded.ToString();
    }
}
