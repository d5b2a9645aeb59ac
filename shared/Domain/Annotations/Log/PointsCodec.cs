namespace CvatServerless.Domain.Annotations.Log;

/// <summary>
/// Coordinates without loss in few bytes. Most are whole or have two decimals (the editor and every dataset format round so), so an array whose numbers
/// are all exact multiples of 1 or 1/100 is stored as differences of integers to the number two places before (x to x, y to y); others as they are.
/// </summary>
internal static class PointsCodec
{
    private const byte Raw = 0;
    private const byte Whole = 1;
    private const byte Hundredths = 2;
    private const double MaxScaled = 1L << 50;

    public static void Write(BinaryOutput output, double[] points)
    {
        output.Unsigned((ulong)points.Length);
        if (points.Length == 0)
        {
            return;
        }

        var scale = AllMultiples(points, 1) ? 1 : AllMultiples(points, 100) ? 100 : 0;
        output.Byte(scale switch { 1 => Whole, 100 => Hundredths, _ => Raw });
        for (var index = 0; index < points.Length; index++)
        {
            if (scale == 0)
            {
                output.Double(points[index]);
            }
            else
            {
                output.Signed(Scaled(points[index], scale) - (index >= 2 ? Scaled(points[index - 2], scale) : 0));
            }
        }
    }

    public static double[] Read(ref BinaryInput input)
    {
        var count = input.Count();
        if (count == 0)
        {
            return [];
        }

        var kind = input.Byte();
        var points = new double[count];
        long older = 0, old = 0;
        for (var index = 0; index < count; index++)
        {
            if (kind == Raw)
            {
                points[index] = input.Double();
                continue;
            }

            var scaled = input.Signed() + older;
            (older, old) = (old, scaled);
            points[index] = kind == Whole ? scaled : scaled / 100.0;
        }

        return points;
    }

    private static long Scaled(double value, int scale) => (long)Math.Round(value * scale);

    private static bool AllMultiples(double[] points, int scale)
    {
        foreach (var point in points)
        {
            var scaled = Math.Round(point * scale);
            if (!(Math.Abs(scaled) < MaxScaled) || scaled / scale != point || (point == 0 && double.IsNegative(point)))
            {
                return false;
            }
        }

        return true;
    }
}
