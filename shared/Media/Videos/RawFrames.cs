namespace CvatServerless.Media.Videos;

/// <summary>Reads raw frames of a known size from a YUV4MPEG2 stream, which a decoder writes with one copy less than bare frames (mjpegtools, yuv4mpeg(5)).</summary>
internal sealed class RawFrames(Stream stream, int frameBytes)
{
    private const int MaxHeaderBytes = 1024;
    private static readonly byte[] FrameHeader = "FRAME\n"u8.ToArray();
    private readonly byte[] _header = new byte[FrameHeader.Length];
    private bool _isBegun;

    /// <summary>Reads the next frame's planes; false where the stream ends before they do.</summary>
    /// <exception cref="InvalidDataException">The stream is something else.</exception>
    public async Task<bool> ReadAsync(Memory<byte> planes, CancellationToken ct)
    {
        if (!_isBegun)
        {
            await SkipLineAsync(ct);
            _isBegun = true;
        }

        if (await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, ct) < _header.Length)
        {
            return false;
        }

        return _header.AsSpan().SequenceEqual(FrameHeader)
            ? await stream.ReadAtLeastAsync(planes[..frameBytes], frameBytes, throwOnEndOfStream: false, ct) == frameBytes
            : throw new InvalidDataException("Not a stream of raw frames.");
    }

    private async Task SkipLineAsync(CancellationToken ct)
    {
        for (var i = 0; i < MaxHeaderBytes && await stream.ReadAsync(_header.AsMemory(0, 1), ct) > 0; i++)
        {
            if (_header[0] == '\n')
            {
                return;
            }
        }
    }
}
