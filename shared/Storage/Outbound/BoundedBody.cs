using CvatServerless.Domain;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Outbound;

/// <summary>A foreign body that is cut off where it is longer than told or pauses too long.</summary>
internal sealed class BoundedBody(Stream inner, string host, long maxBytes, TimeSpan idle, TimeProvider time) : ForeignStream(inner)
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(idle, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var count = await Content.ReadAsync(buffer, either.Token);
            _read += count;
            return _read <= maxBytes ? count : throw new OutboundException(OutboundFailure.TooLarge, $"{host} answers with more than {maxBytes} bytes.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, $"{host} paused for more than {idle.TotalSeconds:0} s.", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new OutboundException(OutboundFailure.Unreachable, $"The connection to {host} broke.", e);
        }
    }
}
