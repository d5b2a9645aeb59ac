using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace CvatServerless.Storage.Embedded;

/// <summary>
/// Writes a new data file front to back. Like a buffered <see cref="FileStream"/>, but the buffer is lent: chunks come and go by the hundred, and a buffer of each would
/// outlive the collector's young generations.
/// </summary>
internal sealed class BlobWriteStream(SafeFileHandle file) : Stream
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Not the shared pool: it keeps an array for each thread that ever gave one back.</summary>
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(BufferBytes, maxArraysPerBucket: 8);

    private byte[]? _buffer = Buffers.Rent(BufferBytes);
    private int _buffered;
    private long _written;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _written + _buffered;

    /// <inheritdoc/>
    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(BlobWriteStream));

    /// <summary>Puts everything on the disk.</summary>
    public void FlushToDisk()
    {
        Flush();
        RandomAccess.FlushToDisk(file);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        RandomAccess.Write(file, Buffer.AsSpan(0, _buffered), _written);
        Advance();
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(file, Buffer.AsMemory(0, _buffered), _written, cancellationToken);
        Advance();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (TryKeep(buffer))
        {
            return;
        }

        Flush();
        if (!TryKeep(buffer))
        {
            RandomAccess.Write(file, buffer, _written);
            _written += buffer.Length;
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        TryKeep(buffer.Span) ? ValueTask.CompletedTask : WriteThroughAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            Buffers.Return(buffer);
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask WriteThroughAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await FlushAsync(ct);
        if (!TryKeep(bytes.Span))
        {
            await RandomAccess.WriteAsync(file, bytes, _written, ct);
            _written += bytes.Length;
        }
    }

    private bool TryKeep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes - _buffered)
        {
            return false;
        }

        bytes.CopyTo(Buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
        return true;
    }

    private void Advance() => (_written, _buffered) = (_written + _buffered, 0);
}
