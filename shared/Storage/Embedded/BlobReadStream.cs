using Microsoft.Win32.SafeHandles;

namespace CvatServerless.Storage.Embedded;

/// <summary>
/// The bytes [start, end) of a blob whose first <c>inFile</c> bytes lie in a data file and whose last ones are in memory. The open file survives its removal, so
/// the stream goes on giving what it was opened on.
/// </summary>
internal sealed class BlobReadStream(SafeFileHandle file, long inFile, ReadOnlyMemory<byte> tail, long start, long end) : Stream
{
    private long _read;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => end - start;

    /// <inheritdoc/>
    public override long Position
    {
        get => _read;
        set => _read = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var (fromFile, count) = Next(buffer.Length);
        if (count == 0)
        {
            return 0;
        }

        return Advance(fromFile ? RandomAccess.Read(file, buffer[..count], start + _read) : CopyTail(buffer[..count]));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (fromFile, count) = Next(buffer.Length);
        if (count == 0)
        {
            return 0;
        }

        return Advance(fromFile ? await RandomAccess.ReadAsync(file, buffer[..count], start + _read, cancellationToken) : CopyTail(buffer.Span[..count]));
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private (bool FromFile, int Count) Next(int wanted)
    {
        var position = start + _read;
        var fromFile = position < inFile;
        var available = Math.Min(fromFile ? inFile : end, end) - position;
        return (fromFile, (int)Math.Clamp(available, 0, wanted));
    }

    private int CopyTail(Span<byte> buffer)
    {
        tail.Span.Slice((int)(start + _read - inFile), buffer.Length).CopyTo(buffer);
        return buffer.Length;
    }

    private int Advance(int count)
    {
        if (count == 0)
        {
            throw new InvalidDataException("A data file ended before its blob did.");
        }

        _read += count;
        return count;
    }
}
