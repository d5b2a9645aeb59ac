using CvatServerless.Domain;

namespace CvatServerless.Media.Archives;

/// <summary>A window of a seekable stream; seeks before each read, so that it stays right when the stream is also used elsewhere between reads.</summary>
internal sealed class BoundedStream(Stream source, long offset, long length) : ReadOnlyStream
{
    private long _position;

    public override long Length => length;

    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer[..Prepare(buffer.Length)]);
        _position += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await source.ReadAsync(buffer[..Prepare(buffer.Length)], cancellationToken);
        _position += count;
        return count;
    }

    private int Prepare(int wanted)
    {
        if (source.Position != offset + _position)
        {
            source.Position = offset + _position;
        }

        return (int)Math.Min(wanted, length - _position);
    }
}
