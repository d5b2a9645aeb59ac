namespace CvatServerless.Media.Videos;

/// <summary>Reads raw frames of a known size from a YUV4MPEG2 stream, which a decoder writes with one copy less than bare frames (mjpegtools, yuv4mpeg(5)).</summary>
internal sealed class RawFrames(Stream stream, int frameBytes)
{
    private const int MaxHeaderBytes = 1024;
    private readonly byte[] _header = new byte["FRAME\n"u8.Length];
    private bool _isBegun;

    /// <summary>Reads the next frame's planes, on one thread however many pieces they come in; false where the stream ends before they do.</summary>
    /// <exception cref="InvalidDataException">The stream is something else.</exception>
    public Task<bool> ReadAsync(Memory<byte> planes, CancellationToken ct) => Task.Run(() => Read(planes.Span[..frameBytes]), ct);

    private bool Read(Span<byte> planes)
    {
        if (!_isBegun)
        {
            SkipLine();
            _isBegun = true;
        }

        if (!Fill(_header))
        {
            return false;
        }

        return _header.AsSpan().SequenceEqual("FRAME\n"u8) ? Fill(planes) : throw new InvalidDataException("Not a stream of raw frames.");
    }

    private bool Fill(Span<byte> target) => stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;

    private void SkipLine()
    {
        for (var i = 0; i < MaxHeaderBytes && stream.Read(_header, 0, 1) > 0; i++)
        {
            if (_header[0] == '\n')
            {
                return;
            }
        }
    }
}
