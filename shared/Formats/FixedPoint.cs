using System.Globalization;

namespace CvatServerless.Formats;

/// <summary>Rounding as Python does it: by the exact value of the number, halves to even.</summary>
internal static class FixedPoint
{
    private static readonly double[] Powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];

    /// <summary>The text of <c>'%.nf' % value</c>.</summary>
    public static string Text(double value, int digits)
    {
        // Only numbers with at most digits+1 binary places lie exactly in the middle, and for them the product is exact.
        var binary = value * (1 << (digits + 1));
        if (binary == Math.Floor(binary) && Math.Abs(value) < 1e9)
        {
            value = Math.Round(value * Powers[digits], MidpointRounding.ToEven) / Powers[digits];
        }

        return value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary><c>round(value, 2)</c>.</summary>
    public static double Round2(double value) =>
        Math.Round(value * 100) / 100 == value ? value : double.Parse(Text(value, 2), CultureInfo.InvariantCulture);

    /// <summary><c>round(value, 2)</c> of every number.</summary>
    public static double[] Round2(double[] values) => Array.ConvertAll(values, Round2);
}
