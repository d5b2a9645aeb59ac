using System.Net;

namespace CvatServerless.Domain.Outbound;

/// <summary>What the guard of outgoing connections says of an address.</summary>
public enum AddressVerdict
{
    /// <summary>A public address, or one that the administrator allowed.</summary>
    Allowed,

    /// <summary>Private, special or reserved: refused unless the administrator allows its range.</summary>
    Refused,

    /// <summary>Where a cloud keeps its credentials: refused whatever the administrator allows.</summary>
    Never,
}

/// <summary>
/// Which addresses the server may connect to on behalf of a user. Pure: no names, no sockets. Sources: the IANA special-purpose registries of IPv4 and IPv6 addresses and
/// the clouds' descriptions of their metadata services.
/// </summary>
public static class AddressRules
{
    /// <summary>
    /// All of IPv4 link-local (metadata of AWS, Azure, Google, Oracle, Scaleway …, credentials of containers, the token service of Azure's app hosts), Azure's host, Alibaba's
    /// and an old Oracle metadata service, and the IPv6 addresses of AWS, Google and Scaleway.
    /// </summary>
    private static readonly IPNetwork[] Metadata = Networks(
        "169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::/32", "fd00:42::42/128");

    private static readonly IPNetwork[] SpecialV4 = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Parts of <see cref="GlobalV6"/> that are not global: Teredo and other protocol assignments, documentation, 6to4.</summary>
    private static readonly IPNetwork[] SpecialV6 = Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    /// <summary>Judges an address.</summary>
    /// <param name="address">Where a socket is about to go.</param>
    /// <param name="allowed">Ranges that the administrator allows; an IPv4-mapped address counts as the IPv4 address, other forms that carry one do not.</param>
    public static AddressVerdict Judge(IPAddress address, IReadOnlyList<IPNetwork> allowed)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (IsIn(Metadata, address) || Carried(address).Any(inner => IsIn(Metadata, inner)))
        {
            return AddressVerdict.Never;
        }

        return IsIn(allowed, address) || IsPublic(address) ? AddressVerdict.Allowed : AddressVerdict.Refused;
    }

    /// <summary>Reads a list of ranges as the setting <c>OUTBOUND_ALLOW</c> has it: CIDR or single addresses, separated by commas.</summary>
    /// <exception cref="FormatException">One can't be read; the message names it.</exception>
    public static IReadOnlyList<IPNetwork> ParseRanges(string text)
    {
        var ranges = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            ranges.Add(
                IPNetwork.TryParse(part, out var network) ? network
                : IPAddress.TryParse(part, out var single) ? new IPNetwork(single, single.GetAddressBytes().Length * 8)
                : throw new FormatException($"'{part}' is no range of addresses such as 10.1.0.0/16."));
        }

        return ranges;
    }

    private static bool IsPublic(IPAddress address)
    {
        if (IsV4(address))
        {
            return !IsIn(SpecialV4, address);
        }

        var isRoutable = (GlobalV6.Contains(address) && !IsIn(SpecialV6, address)) || Nat64.Contains(address);
        return isRoutable && Carried(address).All(IsPublic);
    }

    /// <summary>IPv4 addresses inside an IPv6 address, in every form that some router or host might unpack.</summary>
    private static IEnumerable<IPAddress> Carried(IPAddress address)
    {
        if (IsV4(address))
        {
            yield break;
        }

        var bytes = address.GetAddressBytes();
        var isZeroTo8 = bytes.AsSpan(0, 8).IndexOfAnyExcept((byte)0) < 0;

        // Compatible ::a.b.c.d, translated ::ffff:0:a.b.c.d, NAT64 64:ff9b::a.b.c.d and its local-use form, ISATAP …:5efe:a.b.c.d.
        var isIsatap = bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;
        if (isZeroTo8 || isIsatap || (bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b))
        {
            yield return new IPAddress(bytes.AsSpan(12, 4));
        }

        if (bytes[0] == 0x20 && bytes[1] == 0x02)
        {
            yield return new IPAddress(bytes.AsSpan(2, 4)); // 6to4
        }

        if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0)
        {
            yield return new IPAddress(bytes.AsSpan(4, 4)); // Teredo: the server …
            yield return new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]); // … and the client
        }
    }

    private static bool IsV4(IPAddress address) => address.GetAddressBytes().Length == 4;

    private static bool IsIn(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(text => IPNetwork.Parse(text))];
}
