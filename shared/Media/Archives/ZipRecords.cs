namespace CvatServerless.Media.Archives;

/// <summary>Signatures and flags of the zip format (PKWARE APPNOTE 6.3.10, §4.3 and §4.4).</summary>
internal static class ZipRecords
{
    public const uint LocalHeader = 0x04034B50;
    public const uint CentralHeader = 0x02014B50;
    public const uint EndOfDirectory = 0x06054B50;
    public const uint Zip64EndOfDirectory = 0x06064B50;
    public const uint Zip64Locator = 0x07064B50;
    public const uint Descriptor = 0x08074B50;

    public const int LocalHeaderLength = 30;
    public const int CentralHeaderLength = 46;
    public const int EndOfDirectoryLength = 22;
    public const int Zip64EndOfDirectoryLength = 56;
    public const int Zip64LocatorLength = 20;

    public const ushort Zip64ExtraId = 0x0001;
    public const uint Max32 = 0xFFFFFFFF;
    public const ushort Max16 = 0xFFFF;

    public const ushort FlagEncrypted = 0x0001;
    public const ushort FlagDescriptor = 0x0008;
    public const ushort FlagUtf8 = 0x0800;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;
}
