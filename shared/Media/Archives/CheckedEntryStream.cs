using System.IO.Hashing;
using CvatServerless.Domain;

namespace CvatServerless.Media.Archives;

/// <summary>Holds an entry to the size and CRC of its directory record while it is read. Disposing of it gives back the turn that it was opened in.</summary>
internal sealed class CheckedEntryStream(Stream content, ZipEntry entry, Func<string, MediaException> bad, SemaphoreSlim? turn) : ReadOnlyStream
{
    private readonly Crc32 _crc = new();
    private SemaphoreSlim? _turn = turn;
    private long _read;
    private bool _verified;

    public override long Length => entry.SizeBytes;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = content.Read(buffer);
            Check(buffer[..count], isEnd: count == 0 && buffer.Length > 0);
            return count;
        }
        catch (InvalidDataException exception)
        {
            throw Broken(exception);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await content.ReadAsync(buffer, cancellationToken);
            Check(buffer.Span[..count], isEnd: count == 0 && buffer.Length > 0);
            return count;
        }
        catch (InvalidDataException exception)
        {
            throw Broken(exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            Interlocked.Exchange(ref _turn, null)?.Release();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        _read += bytes.Length;
        if (_read > entry.SizeBytes)
        {
            throw bad("is larger than its directory record says");
        }

        if (isEnd && _read < entry.SizeBytes)
        {
            throw bad("is smaller than its directory record says");
        }

        _crc.Append(bytes);
        if (_read == entry.SizeBytes && !_verified)
        {
            _verified = true;
            if (_crc.GetCurrentHashAsUInt32() != entry.Crc)
            {
                throw bad("is damaged: its content does not match its size and checksum");
            }
        }
    }

    private MediaException Broken(Exception cause)
    {
        var plain = bad("is damaged");
        return new MediaException(plain.FileName, plain.Reason, cause);
    }
}
