using System.Globalization;
using System.Text;
using CvatServerless.Domain;

namespace CvatServerless.Media.PointClouds;

/// <summary>How the points of a PCD file are stored.</summary>
public enum PcdData
{
    /// <summary>One line of text per point.</summary>
    Ascii,

    /// <summary>One record per point.</summary>
    Binary,

    /// <summary>LZF-compressed, field after field.</summary>
    BinaryCompressed,
}

/// <summary>A field of a point.</summary>
/// <param name="Name">Such as <c>x</c>.</param>
/// <param name="Size">Bytes of a value.</param>
/// <param name="Type"><c>F</c>, <c>I</c> or <c>U</c>.</param>
/// <param name="Count">Values.</param>
public readonly record struct PcdField(string Name, int Size, char Type, int Count);

/// <summary>The header of a PCD file, versions 0.1–0.7. Source: contract-data.md §4.2.</summary>
public sealed record PcdHeader
{
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxFields = 256;

    /// <summary>WIDTH: points in a row.</summary>
    public required int Width { get; init; }

    /// <summary>HEIGHT: rows, 1 for an unordered cloud.</summary>
    public required int Height { get; init; }

    /// <summary>The number of points.</summary>
    public required int Points { get; init; }

    /// <summary>The fields, in order.</summary>
    public required IReadOnlyList<PcdField> Fields { get; init; }

    /// <summary>How points are stored.</summary>
    public required PcdData Data { get; init; }

    /// <summary>Where they begin, in bytes.</summary>
    public required int BodyOffset { get; init; }

    /// <summary>Bytes of a point.</summary>
    public int Stride => Fields.Sum(entry => entry.Size * entry.Count);

    /// <summary>Reads the header and checks that a binary body is complete.</summary>
    /// <exception cref="MediaException">Not a PCD, of an unknown version, or cut off.</exception>
    public static PcdHeader Parse(string fileName, ReadOnlySpan<byte> file)
    {
        var lines = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var offset = 0;
        while (!lines.ContainsKey("DATA"))
        {
            var end = file[offset..Math.Min(file.Length, MaxHeaderBytes)].IndexOf((byte)'\n');
            if (end < 0)
            {
                throw Bad(fileName, "its header is missing");
            }

            var words = Encoding.ASCII.GetString(file.Slice(offset, end)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0][0] != '#')
            {
                lines[words[0]] = words[1..];
            }

            offset += end + 1;
        }

        var header = Of(fileName, lines, offset);
        if (header.Data == PcdData.Binary && (long)header.Points * header.Stride > file.Length - offset)
        {
            throw new MediaException(fileName, "is cut off: it has fewer points than its header says");
        }

        return header;
    }

    private static PcdHeader Of(string fileName, Dictionary<string, string[]> lines, int offset)
    {
        if (!lines.TryGetValue("VERSION", out var version) || version is not [['0', '.', >= '1' and <= '7'] or ['.', >= '1' and <= '7'], ..])
        {
            throw Bad(fileName, "its version is not one of 0.1 to 0.7");
        }

        var (width, height) = (Number("WIDTH"), lines.ContainsKey("HEIGHT") ? Number("HEIGHT") : 1);
        var points = lines.ContainsKey("POINTS") ? Number("POINTS") : checked(width * height);
        var names = lines.GetValueOrDefault("FIELDS") ?? lines.GetValueOrDefault("COLUMNS") ?? [];
        var (sizes, types, counts) = (lines.GetValueOrDefault("SIZE") ?? [], lines.GetValueOrDefault("TYPE") ?? [], lines.GetValueOrDefault("COUNT"));
        if (names.Length is 0 or > MaxFields || sizes.Length != names.Length || types.Length != names.Length || (counts is not null && counts.Length != names.Length))
        {
            throw Bad(fileName, "its fields make no sense");
        }

        return new()
        {
            Width = width,
            Height = height,
            Points = points,
            Fields = [.. names.Select((name, i) => Field(name, sizes[i], types[i], counts?[i] ?? "1"))],
            Data = lines["DATA"] switch
            {
                ["ascii", ..] => PcdData.Ascii,
                ["binary", ..] => PcdData.Binary,
                ["binary_compressed", ..] => PcdData.BinaryCompressed,
                _ => throw Bad(fileName, "its points are stored in an unknown way"),
            },
            BodyOffset = offset,
        };

        int Number(string key) =>
            lines.GetValueOrDefault(key) is [var text, ..] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw Bad(fileName, $"its {key} makes no sense");

        PcdField Field(string name, string size, string type, string count) =>
            size is "1" or "2" or "4" or "8" && type is "F" or "I" or "U" && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var values) && values is >= 0 and < 65536
                ? new(name, size[0] - '0', type[0], values)
                : throw Bad(fileName, "its fields make no sense");
    }

    private static MediaException Bad(string fileName, string reason) => new(fileName, $"is not a point cloud that can be read: {reason}");
}
