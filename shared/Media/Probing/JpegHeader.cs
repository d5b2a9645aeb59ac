namespace CvatServerless.Media.Probing;

/// <summary>Walks JPEG marker segments up to the frame header (ITU-T T.81 annex B) without touching the coded data.</summary>
internal static class JpegHeader
{
    /// <summary>What makes a file a JPEG.</summary>
    public static bool Matches(ReadOnlySpan<byte> data) => data.Length >= 3 && data[0] == 0xFF && data[1] == 0xD8 && data[2] == 0xFF;

    /// <summary>Size and orientation. Null when the markers make no sense.</summary>
    public static ImageFacts? Read(HeaderReader reader) => Read(reader, out _);

    /// <summary>True for files whose picture comes in several scans, each sharpening the one before.</summary>
    public static bool IsProgressive(ReadOnlySpan<byte> jpeg) => Read(new HeaderReader(jpeg), out var frame) is not null && frame is 0xC2 or 0xC6 or 0xCA or 0xCE;

    private static ImageFacts? Read(HeaderReader reader, out int marker)
    {
        var orientation = 1;
        long offset = 2;
        while (true)
        {
            marker = NextMarker(reader, ref offset);
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                continue;
            }

            if (marker is < 0 or 0xD9 or 0xDA)
            {
                return null;
            }

            int length = reader.U16(offset, bigEndian: true);
            if (length < 2)
            {
                return null;
            }

            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                var frame = reader.Slice(offset, 7);
                return new ImageFacts(ImageFormat.Jpeg, (frame[5] << 8) | frame[6], (frame[3] << 8) | frame[4], orientation);
            }

            if (marker == 0xE1 && orientation == 1)
            {
                var segment = reader.Slice(offset + 2, length - 2);
                orientation = segment.StartsWith("Exif\0\0"u8) ? ExifOrientation.Read(segment) : orientation;
            }

            offset += length;
        }
    }

    /// <summary>The next marker code, −1 when something else stands there; fill bytes (0xFF) may precede it.</summary>
    private static int NextMarker(HeaderReader reader, ref long offset)
    {
        if (reader.U8(offset) != 0xFF)
        {
            return -1;
        }

        while (reader.U8(offset) == 0xFF)
        {
            offset++;
        }

        return reader.U8(offset++);
    }
}
