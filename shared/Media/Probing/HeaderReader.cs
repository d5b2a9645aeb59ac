using System.Buffers.Binary;

namespace CvatServerless.Media.Probing;

/// <summary>Thrown inside the header parsers when the bytes at hand end before the answer; the prober reads on, or reports a cut-off file.</summary>
internal sealed class MoreBytesNeededException(long length) : Exception("More bytes are needed.")
{
    /// <summary>Bytes from the start of the file that the parser needs at least.</summary>
    public long Length => length;
}

/// <summary>A file's first bytes with checked reads at absolute offsets.</summary>
internal readonly ref struct HeaderReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int Length => _data.Length;

    public ReadOnlySpan<byte> Slice(long offset, int count)
    {
        if (offset < 0 || offset + count > _data.Length)
        {
            throw new MoreBytesNeededException(offset + count);
        }

        return _data.Slice((int)offset, count);
    }

    public byte U8(long offset) => Slice(offset, 1)[0];

    public ushort U16(long offset, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(Slice(offset, 2)) : BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    public uint U32(long offset, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(Slice(offset, 4)) : BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));
}
