using System.Buffers.Binary;
using System.Text;

namespace CvatServerless.Domain.Annotations.Log;

/// <summary>Reads what <see cref="BinaryOutput"/> wrote.</summary>
/// <exception cref="InvalidDataException">The bytes end too early or hold impossible values.</exception>
internal ref struct BinaryInput(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _data = data;

    public readonly bool IsAtEnd => _data.IsEmpty;

    public readonly int Remaining => _data.Length;

    public byte Byte() => Take(1)[0];

    public ulong Unsigned()
    {
        var value = 0ul;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("An integer of the annotation log is too long.");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count of things that take at least one byte each, so that a damaged count can't ask for more memory than there is data.</summary>
    public int Count()
    {
        var value = Unsigned();
        return value <= (ulong)_data.Length ? (int)value : throw new InvalidDataException("A count of the annotation log exceeds its record.");
    }

    public int Int() => checked((int)Signed());

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string Text() => Encoding.UTF8.GetString(Take(Count()));

    public ReadOnlySpan<byte> TextBytes() => Take(Count());

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length)
        {
            throw new InvalidDataException("A record of the annotation log ends too early.");
        }

        var taken = _data[..count];
        _data = _data[count..];
        return taken;
    }
}
