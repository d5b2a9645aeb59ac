using System.Buffers;

namespace CvatServerless.Media.Images;

/// <summary>Bytes in a rented array, returned on disposal: pictures come and go by the thousand.</summary>
internal sealed class PooledBytes(byte[] rented, int length) : IDisposable
{
    private byte[]? _rented = rented;

    public ReadOnlyMemory<byte> Memory => (_rented ?? throw new ObjectDisposedException(nameof(PooledBytes))).AsMemory(0, length);

    public ReadOnlySpan<byte> Span => Memory.Span;

    public int Length => length;

    public static PooledBytes Copy(ReadOnlySpan<byte> bytes)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(rented);
        return new PooledBytes(rented, bytes.Length);
    }

    /// <summary>Reads a stream to its end; null when it holds more than <paramref name="maxBytes"/>.</summary>
    public static async Task<PooledBytes?> ReadAsync(Stream stream, long lengthHint, int maxBytes, CancellationToken cancellationToken)
    {
        // One byte more than expected, so that the read that fills the buffer also finds the end.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(lengthHint + 1, 64 * 1024, (long)maxBytes + 1));
        var filled = 0;
        try
        {
            while (true)
            {
                filled += await stream.ReadAtLeastAsync(buffer.AsMemory(filled), buffer.Length - filled, throwOnEndOfStream: false, cancellationToken);
                if (filled > maxBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (filled < buffer.Length)
                {
                    return new PooledBytes(buffer, filled);
                }

                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, Array.MaxLength));
                buffer.AsSpan(0, filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
