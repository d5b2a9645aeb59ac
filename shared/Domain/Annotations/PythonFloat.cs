using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CvatServerless.Domain.Annotations;

/// <summary>
/// Floating-point numbers as Python's <c>repr</c> writes them, which is what the contract's clients and files have: <c>10.0</c>, <c>0.1</c>, <c>1e-05</c>.
/// </summary>
public static class PythonFloat
{
    /// <summary>Longest text of a double.</summary>
    public const int MaxLength = 32;

    /// <summary>Writes the UTF-8 text into <paramref name="destination"/> (at least <see cref="MaxLength"/> bytes) and returns its length.</summary>
    public static int Format(double value, Span<byte> destination)
    {
        // Whole numbers are most of what is drawn, and formatting a long is several times cheaper than the shortest round trip of a double.
        var whole = (long)value;
        if (whole == value && Math.Abs(value) < 1e15 && (whole != 0 || !double.IsNegative(value)))
        {
            Utf8Formatter.TryFormat(whole, destination, out var length);
            destination[length] = (byte)'.';
            destination[length + 1] = (byte)'0';
            return length + 2;
        }

        var absolute = Math.Abs(value);
        if (absolute is 0 or >= 1e-4 and < 1e15)
        {
            value.TryFormat(destination, out var length, "R", CultureInfo.InvariantCulture);
            return destination[..length].Contains((byte)'.') ? length : length + AppendZero(destination[length..]);
        }

        return Encoding.UTF8.GetBytes(Text(value), destination);
    }

    /// <summary>The text.</summary>
    public static string Text(double value)
    {
        var absolute = Math.Abs(value);
        if (absolute is 0 or >= 1e-4 and < 1e15)
        {
            Span<byte> buffer = stackalloc byte[MaxLength];
            return Encoding.UTF8.GetString(buffer[..Format(value, buffer)]);
        }

        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // Digits and exponent of the shortest round trip; Python keeps positional notation up to 1e16 and writes exponents with at least two digits.
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent == 15)
        {
            // Python keeps to positional notation here; doubles lie 1/8 apart, so three decimals are always enough.
            var texts = ((string[])["F1", "F2", "F3"]).Select(format => value.ToString(format, CultureInfo.InvariantCulture));
            return texts.First(text => double.Parse(text, CultureInfo.InvariantCulture) == value);
        }

        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark >= 0 ? shortest[..mark] : Mantissa(shortest);
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string Mantissa(string positional)
    {
        var sign = positional[0] == '-' ? "-" : "";
        var digits = positional.TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return digits.Length > 1 ? $"{sign}{digits[..1]}.{digits[1..]}" : sign + digits;
    }

    private static int AppendZero(Span<byte> destination)
    {
        destination[0] = (byte)'.';
        destination[1] = (byte)'0';
        return 2;
    }
}
