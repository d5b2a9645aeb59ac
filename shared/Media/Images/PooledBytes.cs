using System.Buffers;

namespace CvatServerless.Media.Images;

/// <summary>Bytes in a rented array, returned on disposal: pictures come and go by the thousand.</summary>
internal sealed class PooledBytes : IDisposable
{
    private readonly bool _isRented;
    private byte[]? _array;

    private PooledBytes(byte[] array, int length, bool isRented) => (_array, Length, _isRented) = (array, length, isRented);

    public ReadOnlyMemory<byte> Memory => (_array ?? throw new ObjectDisposedException(nameof(PooledBytes))).AsMemory(0, Length);

    public Memory<byte> Writable => (_array ?? throw new ObjectDisposedException(nameof(PooledBytes))).AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => Memory.Span;

    public int Length { get; }

    /// <summary>Wraps an array that a library made.</summary>
    public static PooledBytes Own(byte[] array) => new(array, array.Length, isRented: false);

    /// <summary>Room to be filled through <see cref="Writable"/>; its content is what was there.</summary>
    public static PooledBytes Rent(int length) => new(ArrayPool<byte>.Shared.Rent(length), length, isRented: true);

    public static PooledBytes Copy(ReadOnlySpan<byte> bytes)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(rented);
        return new PooledBytes(rented, bytes.Length, isRented: true);
    }

    public static PooledBytes Concat(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var rented = ArrayPool<byte>.Shared.Rent(first.Length + second.Length);
        first.CopyTo(rented);
        second.CopyTo(rented.AsSpan(first.Length));
        return new PooledBytes(rented, first.Length + second.Length, isRented: true);
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
                    return new PooledBytes(buffer, filled, isRented: true);
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
        if (Interlocked.Exchange(ref _array, null) is { } array && _isRented)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
