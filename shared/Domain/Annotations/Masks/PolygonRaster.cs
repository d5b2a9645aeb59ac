namespace CvatServerless.Domain.Annotations.Masks;

/// <summary>
/// Polygons to pixels by the rules of COCO's reference rasteriser (<c>rleFrPoly</c> of github.com/cocodataset/cocoapi, common/maskApi.c): edges are walked in
/// steps of a fifth of a pixel and their crossings with pixel columns toggle the runs, so that areas come out as pycocotools computes them.
/// </summary>
public static class PolygonRaster
{
    private const double Scale = 5;

    /// <summary>The pixels of one ring (x, y pairs, open).</summary>
    public static Bitmap Paint(ReadOnlySpan<double> ring, int width, int height) =>
        CocoRle.ToBitmap(Counts(ring, width, height), width, height);

    /// <summary>How many pixels <see cref="Paint"/> would set, without painting them.</summary>
    public static int Area(ReadOnlySpan<double> ring, int width, int height)
    {
        var counts = Counts(ring, width, height);
        var area = 0;
        for (var index = 1; index < counts.Count; index += 2)
        {
            area += counts[index];
        }

        return area;
    }

    private static List<int> Counts(ReadOnlySpan<double> ring, int width, int height)
    {
        var toggles = Toggles(Outline(ring), width, height);
        toggles.Add(width * height);
        toggles.Sort();
        for (var index = toggles.Count - 1; index > 0; index--)
        {
            toggles[index] -= toggles[index - 1];
        }

        // Runs of length 0 between two toggles of the same pixel melt their neighbours together.
        var counts = new List<int> { toggles[0] };
        for (var index = 1; index < toggles.Count;)
        {
            if (toggles[index] > 0)
            {
                counts.Add(toggles[index++]);
                continue;
            }

            index++;
            if (index < toggles.Count)
            {
                counts[^1] += toggles[index++];
            }
        }

        return counts;
    }

    private static List<(int X, int Y)> Outline(ReadOnlySpan<double> ring)
    {
        var corners = ring.Length / 2;
        var x = new int[corners + 1];
        var y = new int[corners + 1];
        for (var index = 0; index < corners; index++)
        {
            x[index] = (int)((Scale * ring[2 * index]) + 0.5);
            y[index] = (int)((Scale * ring[(2 * index) + 1]) + 0.5);
        }

        (x[corners], y[corners]) = (x[0], y[0]);
        var outline = new List<(int X, int Y)>();
        for (var index = 0; index < corners; index++)
        {
            AddEdge(outline, x[index], y[index], x[index + 1], y[index + 1]);
        }

        return outline;
    }

    private static void AddEdge(List<(int X, int Y)> outline, int xs, int ys, int xe, int ye)
    {
        int dx = Math.Abs(xe - xs), dy = Math.Abs(ys - ye);
        var flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
        if (flip)
        {
            (xs, xe, ys, ye) = (xe, xs, ye, ys);
        }

        var slope = dx >= dy ? (dx == 0 ? 0 : (double)(ye - ys) / dx) : (double)(xe - xs) / dy;
        var steps = Math.Max(dx, dy);
        for (var step = 0; step <= steps; step++)
        {
            var t = flip ? steps - step : step;
            outline.Add(dx >= dy ? (t + xs, (int)(ys + (slope * t) + 0.5)) : ((int)(xs + (slope * t) + 0.5), t + ys));
        }
    }

    private static List<int> Toggles(List<(int X, int Y)> outline, int width, int height)
    {
        var toggles = new List<int>();
        for (var index = 1; index < outline.Count; index++)
        {
            if (outline[index].X == outline[index - 1].X)
            {
                continue;
            }

            double column = outline[index].X < outline[index - 1].X ? outline[index].X : outline[index].X - 1;
            column = ((column + 0.5) / Scale) - 0.5;
            if (Math.Floor(column) != column || column < 0 || column > width - 1)
            {
                continue;
            }

            double row = Math.Min(outline[index].Y, outline[index - 1].Y);
            row = Math.Clamp(((row + 0.5) / Scale) - 0.5, 0, height);
            toggles.Add(((int)column * height) + (int)Math.Ceiling(row));
        }

        return toggles;
    }
}
