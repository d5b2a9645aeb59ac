namespace CvatServerless.Media.Probing;

/// <summary>Finds tag 0x0112 in IFD0 of a TIFF structure (EXIF 2.32 §4.6). Damaged EXIF means 'not rotated', never an error.</summary>
internal static class ExifOrientation
{
    private const int OrientationTag = 0x0112;
    private const int MaxEntries = 1024;

    /// <summary>The orientation, 1–8; 1 when there is none or it makes no sense.</summary>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        try
        {
            if (tiff.StartsWith("Exif\0\0"u8))
            {
                tiff = tiff[6..];
            }

            var reader = new HeaderReader(tiff);
            bool bigEndian;
            switch (reader.U16(0, bigEndian: true))
            {
                case 0x4D4D: bigEndian = true; break;
                case 0x4949: bigEndian = false; break;
                default: return 1;
            }

            long ifd = reader.U32(4, bigEndian);
            var count = Math.Min((int)reader.U16(ifd, bigEndian), MaxEntries);
            for (var i = 0; i < count; i++)
            {
                var entry = ifd + 2 + (i * 12L);
                if (reader.U16(entry, bigEndian) == OrientationTag)
                {
                    return Sane(reader.U16(entry + 8, bigEndian));
                }
            }

            return 1;
        }
        catch (MoreBytesNeededException)
        {
            return 1;
        }
    }

    public static int Sane(int orientation) => orientation is >= 1 and <= 8 ? orientation : 1;
}
