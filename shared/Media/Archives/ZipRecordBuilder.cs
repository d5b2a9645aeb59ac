using System.Buffers.Binary;
using System.Text;
using static CvatServerless.Media.Archives.ZipRecords;

namespace CvatServerless.Media.Archives;

/// <summary>Lays out zip records (APPNOTE §4.3) in a buffer of its own, which the next call overwrites.</summary>
internal sealed class ZipRecordBuilder
{
    /// <summary>1980-01-01 00:00, the zero of DOS time: equal input gives equal bytes.</summary>
    private const uint FixedTimestamp = 0x00210000;
    private const ushort VersionDeflate = 20;
    private const ushort VersionZip64 = 45;
    private const ushort MadeByUnix = (3 << 8) | VersionZip64;
    private const uint RegularFileRw = 0x81A40000; // -rw-r--r--

    private byte[] _buffer = new byte[512];
    private int _length;

    public ReadOnlyMemory<byte> Local(WrittenEntry entry)
    {
        var name = Start(entry.Name);
        U32(LocalHeader);
        Common(entry, name, entry.HasDescriptor ? 0 : entry.Crc, Shown(entry, entry.Compressed), Shown(entry, entry.Size));
        U16((ushort)name.Length);
        U16(entry.NeedsZip64Sizes ? (ushort)20 : (ushort)0);
        Raw(name);
        if (entry.NeedsZip64Sizes)
        {
            U16(Zip64ExtraId);
            U16(16);
            U64(entry.HasDescriptor ? 0 : entry.Size);
            U64(entry.HasDescriptor ? 0 : entry.Compressed);
        }

        return Done();
    }

    public ReadOnlyMemory<byte> Descriptor(WrittenEntry entry)
    {
        _length = 0;
        U32(ZipRecords.Descriptor);
        U32(entry.Crc);
        U64(entry.Compressed);
        U64(entry.Size);
        return Done();
    }

    public ReadOnlyMemory<byte> Central(WrittenEntry entry)
    {
        var name = Start(entry.Name);
        var largeSizes = entry.Size >= Max32 || entry.Compressed >= Max32;
        var largeOffset = entry.Offset >= Max32;
        var extra = (largeSizes ? 16 : 0) + (largeOffset ? 8 : 0);
        U32(CentralHeader);
        U16(MadeByUnix);
        Common(entry, name, entry.Crc, largeSizes ? Max32 : (uint)entry.Compressed, largeSizes ? Max32 : (uint)entry.Size);
        U16((ushort)name.Length);
        U16((ushort)(extra == 0 ? 0 : extra + 4));
        U16(0);
        U16(0);
        U16(0);
        U32(RegularFileRw);
        U32(largeOffset ? Max32 : (uint)entry.Offset);
        Raw(name);
        if (extra > 0)
        {
            U16(Zip64ExtraId);
            U16((ushort)extra);
        }

        if (largeSizes)
        {
            U64(entry.Size);
            U64(entry.Compressed);
        }

        if (largeOffset)
        {
            U64(entry.Offset);
        }

        return Done();
    }

    public ReadOnlyMemory<byte> End(long count, long start, long size)
    {
        _length = 0;
        if (count >= Max16 || start >= Max32 || size >= Max32)
        {
            U32(Zip64EndOfDirectory);
            U64(Zip64EndOfDirectoryLength - 12);
            U16(MadeByUnix);
            U16(VersionZip64);
            U32(0);
            U32(0);
            U64(count);
            U64(count);
            U64(size);
            U64(start);
            U32(Zip64Locator);
            U32(0);
            U64(start + size);
            U32(1);
        }

        U32(EndOfDirectory);
        U32(0);
        U16((ushort)Math.Min(count, Max16));
        U16((ushort)Math.Min(count, Max16));
        U32((uint)Math.Min(size, Max32));
        U32((uint)Math.Min(start, Max32));
        U16(0);
        return Done();
    }

    private void Common(WrittenEntry entry, byte[] name, uint crc, uint compressed, uint size)
    {
        U16(entry.NeedsZip64Sizes || entry.Offset >= Max32 ? VersionZip64 : VersionDeflate);
        U16((ushort)((entry.HasDescriptor ? FlagDescriptor : 0) | (name.Length == entry.Name.Length ? 0 : FlagUtf8)));
        U16(entry.Method);
        U32(FixedTimestamp);
        U32(crc);
        U32(compressed);
        U32(size);
    }

    private static uint Shown(WrittenEntry entry, long size) => entry.NeedsZip64Sizes ? Max32 : (uint)size;

    private byte[] Start(string name)
    {
        _length = 0;
        var bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length <= Max16 ? bytes : throw new ArgumentException("An entry name is longer than 65,535 bytes.", nameof(name));
    }

    private void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    private void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    private void U64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    private void Raw(byte[] bytes) => bytes.CopyTo(Take(bytes.Length));

    private Span<byte> Take(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }

    private ReadOnlyMemory<byte> Done() => _buffer.AsMemory(0, _length);
}
