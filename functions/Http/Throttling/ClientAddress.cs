using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http.Throttling;

/// <summary>Where a call comes from, as far as it can be known.</summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>
    /// A key for limits: the address of the connection, or the one in the configured header. A client may send headers of its own, so of a list only the last
    /// entry counts, which the nearest proxy has written. Of an IPv6 address it is the /64 network, because one customer has all of it.
    /// </summary>
    public static string KeyOf(HttpContext http, string? trustedHeader)
    {
        var address = http.Connection.RemoteIpAddress;
        if (trustedHeader is not null && http.Request.Headers[trustedHeader].ToString() is { Length: > 0 } list)
        {
            address = Parse(list[(list.LastIndexOf(',') + 1)..].Trim()) ?? address;
        }

        return address is null ? "unknown" : Network(address);
    }

    private static IPAddress? Parse(string text) =>
        IPAddress.TryParse(text, out var address) ? address : IPEndPoint.TryParse(text, out var endpoint) ? endpoint.Address : null;

    private static string Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, NetworkBytes) : address.ToString();
    }
}
