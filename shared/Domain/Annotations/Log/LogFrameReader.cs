using System.Buffers.Binary;

namespace CvatServerless.Domain.Annotations.Log;

/// <summary>Reads frame by frame; stops at the end of the stream or before the first frame that is not whole.</summary>
internal sealed class LogFrameReader(Stream stream)
{
    private readonly byte[] _header = new byte[LogFrames.HeaderBytes];
    private byte[] _frame = [];

    /// <summary>Bytes up to the end of the last frame that was whole.</summary>
    public long ValidLength { get; private set; }

    /// <summary>Whether bytes follow <see cref="ValidLength"/> that are no frame.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>The next frame, or null at the end. The payload is valid until the next call.</summary>
    public async ValueTask<(FrameType Type, ReadOnlyMemory<byte> Payload)?> ReadAsync(CancellationToken ct)
    {
        var headerLength = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (headerLength == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        if (headerLength < _header.Length || length is < 0 or > LogFrames.MaxPayloadBytes)
        {
            IsTorn = true;
            return null;
        }

        if (_frame.Length < length + 1)
        {
            _frame = new byte[Math.Max(length + 1, Math.Min(_frame.Length * 2, LogFrames.MaxPayloadBytes + 1))];
        }

        _frame[0] = _header[8];
        var read = await stream.ReadAtLeastAsync(_frame.AsMemory(1, length), length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (read < length || Crc32.Of(_frame.AsSpan(0, length + 1)) != BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(4)))
        {
            IsTorn = true;
            return null;
        }

        ValidLength += LogFrames.HeaderBytes + length;
        return ((FrameType)_frame[0], _frame.AsMemory(1, length));
    }
}
