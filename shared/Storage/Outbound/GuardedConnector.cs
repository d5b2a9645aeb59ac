using System.Net;
using System.Net.Sockets;
using CvatServerless.Domain.Outbound;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Outbound;

/// <summary>Looks up the addresses of a host name.</summary>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken ct);

/// <summary>
/// Opens the sockets of the outbound client: looks the name up once, keeps the addresses that <see cref="AddressRules"/> allows and connects to one of those very
/// addresses, so that a name that changes its mind between check and use gains nothing.
/// </summary>
internal sealed class GuardedConnector(IReadOnlyList<IPNetwork> allowed, HostLookup lookup)
{
    /// <summary>The callback of the HTTP handler.</summary>
    /// <exception cref="OutboundException">No address of the host may be connected to, or none answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        Exception? last = null;
        foreach (var address in await AllowedAddressesAsync(host, ct))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new OutboundException(OutboundFailure.Unreachable, $"{host} does not accept connections.", last);
    }

    private async Task<List<IPAddress>> AllowedAddressesAsync(string host, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await ResolveAsync(host, ct);
        var usable = addresses.Where(address => AddressRules.Judge(address, allowed) == AddressVerdict.Allowed).ToList();
        return usable.Count > 0 ? usable : throw new OutboundException(OutboundFailure.Refused, $"The server does not connect to {host}: its address is not public.");
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        try
        {
            var addresses = await lookup(host, ct);
            return addresses.Length > 0 ? addresses : throw new OutboundException(OutboundFailure.Unreachable, $"The host name {host} is unknown.");
        }
        catch (SocketException e)
        {
            throw new OutboundException(OutboundFailure.Unreachable, $"The host name {host} is unknown.", e);
        }
    }
}
