namespace CvatServerless.Domain.Annotations.Masks;

/// <summary>
/// Masks as the contract stores them: run lengths, row by row over a bounding box, the first run counts zeros; then left, top, right, bottom (inclusive).
/// Source: contract-annotations.md §1.3.
/// </summary>
public static class MaskRle
{
    /// <summary>The box of a mask: left, top, width, height.</summary>
    public static (int Left, int Top, int Width, int Height) Box(ReadOnlySpan<double> points)
    {
        var box = points[^GeometryRules.MaskBoxLength..];
        int left = (int)box[0], top = (int)box[1];
        return (left, top, (int)box[2] - left + 1, (int)box[3] - top + 1);
    }

    /// <summary>The stored form of a bitmap's set pixels, in their tight box; null where none is set.</summary>
    public static double[]? FromBitmap(Bitmap bitmap)
    {
        if (bitmap.TightBox() is not var (left, top, width, height))
        {
            return null;
        }

        var points = new List<double>();
        var current = false;
        var run = 0;
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                if (bitmap[x, y] != current)
                {
                    points.Add(run);
                    (current, run) = (!current, 0);
                }

                run++;
            }
        }

        points.Add(run);
        points.AddRange([left, top, left + width - 1, top + height - 1]);
        return [.. points];
    }

    /// <summary>Paints a stored mask; what lies outside the bitmap is cut off.</summary>
    /// <exception cref="InvalidDataException">The box or the runs are impossible.</exception>
    public static void Paint(Bitmap bitmap, ReadOnlySpan<double> points)
    {
        var (left, top, width, height) = Box(points);
        if (width <= 0 || height <= 0)
        {
            throw new InvalidDataException("A mask has an empty bounding box.");
        }

        long position = 0;
        var total = (long)width * height;
        for (var index = 0; index < points.Length - GeometryRules.MaskBoxLength; index++)
        {
            var run = (long)points[index];
            if (run < 0 || position + run > total)
            {
                throw new InvalidDataException("The run lengths of a mask do not fit its bounding box.");
            }

            if (index % 2 == 1)
            {
                PaintRun(bitmap, left, top, width, position, run);
            }

            position += run;
        }
    }

    private static void PaintRun(Bitmap bitmap, int left, int top, int width, long position, long run)
    {
        while (run > 0)
        {
            var (row, column) = ((int)(position / width), (int)(position % width));
            var length = (int)Math.Min(run, width - column);
            bitmap.FillRow(left + column, top + row, length);
            position += length;
            run -= length;
        }
    }
}
