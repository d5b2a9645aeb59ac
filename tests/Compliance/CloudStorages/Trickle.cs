namespace CvatServerless.Tests.Compliance.CloudStorages;

/// <summary>A stream that can't seek, tells no length and gives little at a time; one that breaks fails at its end.</summary>
internal sealed class Trickle(byte[] content, bool breaks = false) : Stream
{
    private const int MostBytes = 70_000;
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = Math.Min(Math.Min(count, MostBytes), content.Length - _position);
        if (read == 0 && breaks)
        {
            throw new IOException("The source broke.");
        }

        content.AsSpan(_position, read).CopyTo(buffer.AsSpan(offset));
        _position += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
