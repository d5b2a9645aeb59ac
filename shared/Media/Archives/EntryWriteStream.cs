using System.IO.Compression;
using System.IO.Hashing;

namespace CvatServerless.Media.Archives;

/// <summary>An entry of unknown length while it is written: counts and hashes the content, deflates it on the way when asked.</summary>
internal sealed class EntryWriteStream : Stream
{
    private readonly ZipStoreWriter _zip;
    private readonly WrittenEntry _entry;
    private readonly Crc32 _crc = new();
    private readonly Stream _sink;
    private bool _hasHeader;
    private bool _isClosed;

    public EntryWriteStream(ZipStoreWriter zip, WrittenEntry entry)
    {
        (_zip, _entry) = (zip, entry);
        var raw = new RawSink(this);
        _sink = entry.Method == ZipRecords.Deflated ? new DeflateStream(raw, CompressionLevel.Optimal) : raw;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isClosed;

    public override long Length => _entry.Size;

    public override long Position
    {
        get => _entry.Size;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        _crc.Append(buffer.Span);
        _entry.Size += buffer.Length;
        await _sink.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            await base.DisposeAsync();
            return;
        }

        _isClosed = true;
        await _sink.DisposeAsync();
        await EmitAsync(ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        _entry.Crc = _crc.GetCurrentHashAsUInt32();
        await _zip.CloseEntryAsync(_entry);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Entries are written asynchronously.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            throw new InvalidOperationException("Entries are closed asynchronously.");
        }

        base.Dispose(disposing);
    }

    private async ValueTask EmitAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            await _zip.WriteHeaderAsync(_entry, cancellationToken);
        }

        if (!encoded.IsEmpty)
        {
            await _zip.EmitAsync(encoded, cancellationToken);
            _entry.Compressed += encoded.Length;
        }
    }

    /// <summary>Where encoded bytes come out.</summary>
    private sealed class RawSink(EntryWriteStream owner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => owner.EmitAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
