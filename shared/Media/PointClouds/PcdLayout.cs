using System.Buffers.Binary;
using System.Globalization;

namespace CvatServerless.Media.PointClouds;

/// <summary>Where x, y and z are in the points of a file.</summary>
internal sealed class PcdLayout
{
    private readonly (int Column, int Offset, PcdField Field)[] _axes;

    private PcdLayout((int Column, int Offset, PcdField Field)[] axes) => _axes = axes;

    public static PcdLayout? Of(PcdHeader header)
    {
        var axes = new (int Column, int Offset, PcdField Field)[3];
        var (column, offset, found) = (0, 0, 0);
        foreach (var field in header.Fields)
        {
            var axis = field.Count == 1 ? Array.IndexOf(["x", "y", "z"], field.Name) : -1;
            if (axis >= 0)
            {
                axes[axis] = (column, offset, field);
                found |= 1 << axis;
            }

            column += field.Count;
            offset += field.Size * field.Count;
        }

        return found == 7 ? new(axes) : null;
    }

    /// <summary>A point of binary data; compressed data hold all values of a field together.</summary>
    public Point3 Read(ReadOnlySpan<byte> records, int point, PcdHeader header)
    {
        Span<float> values = stackalloc float[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var (_, offset, field) = _axes[axis];
            var at = header.Data == PcdData.Binary ? ((long)point * header.Stride) + offset : ((long)header.Points * offset) + ((long)point * field.Size);
            values[axis] = Value(records.Slice(checked((int)at), field.Size), field);
        }

        return new(values[0], values[1], values[2]);
    }

    public Point3 Parse(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new(Word(words, 0), Word(words, 1), Word(words, 2));
    }

    private float Word(string[] words, int axis) => float.Parse(words[_axes[axis].Column], NumberStyles.Float, CultureInfo.InvariantCulture);

    private static float Value(ReadOnlySpan<byte> bytes, PcdField field) => (field.Type, field.Size) switch
    {
        ('F', 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ('F', 8) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ('I', 1) => (sbyte)bytes[0],
        ('I', 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ('I', 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ('I', 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ('U', 1) => bytes[0],
        ('U', 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ('U', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ('U', 8) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => float.NaN,
    };
}
