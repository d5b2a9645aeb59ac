using CvatServerless.Domain.Annotations.Masks;

namespace CvatServerless.Domain.Annotations.Consensus;

/// <summary>Overlap of stored masks (<see cref="MaskRle"/>), run by run: no bitmap is painted, whatever their size.</summary>
internal static class MaskOverlap
{
    /// <summary>Pixels in both over pixels in either.</summary>
    public static double IoU(double[] a, double[] b)
    {
        var (one, other) = (Runs(a), Runs(b));
        long shared = 0;
        for (int i = 0, j = 0; i < one.Count && j < other.Count;)
        {
            var (start, stop) = (Math.Max(one[i].Start, other[j].Start), Math.Min(one[i].Stop, other[j].Stop));
            shared += Math.Max(0, stop - start);
            if (one[i].Stop < other[j].Stop)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        var union = one.Sum(run => run.Stop - run.Start) + other.Sum(run => run.Stop - run.Start) - shared;
        return union > 0 ? (double)shared / union : 0;
    }

    /// <summary>The set pixels as stretches of rows, in order; rows lie 2^32 apart, so that no stretch reaches into another row. What goes beyond the box is left out.</summary>
    private static List<(long Start, long Stop)> Runs(double[] points)
    {
        var (left, top, width, height) = MaskRle.Box(points);
        var runs = new List<(long, long)>();
        var (position, total) = (0L, (long)Math.Max(width, 0) * Math.Max(height, 0));
        for (var index = 0; index < points.Length - GeometryRules.MaskBoxLength && position < total; index++)
        {
            var end = Math.Min(total, position + Math.Max(0, (long)points[index]));
            for (; position < end; position += index % 2 == 0 ? end - position : Math.Min(end - position, width - (position % width)))
            {
                if (index % 2 == 1)
                {
                    var start = ((top + (position / width)) << 32) + left + (position % width);
                    runs.Add((start, start + Math.Min(end - position, width - (position % width))));
                }
            }
        }

        return runs;
    }
}
