namespace CvatServerless.Domain.Annotations.Merging;

/// <summary>
/// Area of the intersection of two simple polygons, exact up to rounding: the plane is cut into horizontal strips at every vertex and every crossing, so that
/// inside a strip no edges cross and both polygons are trapezoids. Points are x, y pairs of an open ring.
/// </summary>
internal static class PolygonOverlap
{
    /// <summary>Intersection over union; 0 where one of the polygons crosses itself or has no area.</summary>
    public static double IoU(double[] a, double[] b)
    {
        if (!BoxesMeet(a, b) || !IsSimple(a) || !IsSimple(b))
        {
            return 0;
        }

        var (areaA, areaB) = (Area(a), Area(b));
        if (areaA == 0 || areaB == 0)
        {
            return 0;
        }

        var shared = Intersection(a, b);
        return shared / (areaA + areaB - shared);
    }

    public static double Area(double[] ring)
    {
        var doubled = 0.0;
        for (var index = 0; index < ring.Length; index += 2)
        {
            var next = (index + 2) % ring.Length;
            doubled += (ring[index] * ring[next + 1]) - (ring[next] * ring[index + 1]);
        }

        return Math.Abs(doubled) / 2;
    }

    private static bool BoxesMeet(double[] a, double[] b)
    {
        var (left, top, right, bottom) = Box(a);
        var (otherLeft, otherTop, otherRight, otherBottom) = Box(b);
        return left < otherRight && otherLeft < right && top < otherBottom && otherTop < bottom;
    }

    private static (double Left, double Top, double Right, double Bottom) Box(double[] ring)
    {
        double left = ring[0], right = ring[0], top = ring[1], bottom = ring[1];
        for (var index = 2; index < ring.Length; index += 2)
        {
            (left, right) = (Math.Min(left, ring[index]), Math.Max(right, ring[index]));
            (top, bottom) = (Math.Min(top, ring[index + 1]), Math.Max(bottom, ring[index + 1]));
        }

        return (left, top, right, bottom);
    }

    private static double Intersection(double[] a, double[] b)
    {
        Edge[] edgesA = [.. Edges(a)], edgesB = [.. Edges(b)];
        var levels = new SortedSet<double>();
        for (var index = 1; index < a.Length; index += 2)
        {
            levels.Add(a[index]);
        }

        for (var index = 1; index < b.Length; index += 2)
        {
            levels.Add(b[index]);
        }

        foreach (var edgeA in edgesA)
        {
            foreach (var edgeB in edgesB)
            {
                if (Crossing(edgeA, edgeB) is { } y)
                {
                    levels.Add(y);
                }
            }
        }

        var area = 0.0;
        double? above = null;
        foreach (var level in levels)
        {
            if (above is { } from)
            {
                // Widths are linear inside a strip, so the one at its middle times its height is its area.
                area += SharedWidth(edgesA, edgesB, (from + level) / 2) * (level - from);
            }

            above = level;
        }

        return area;
    }

    private static double SharedWidth(Edge[] a, Edge[] b, double y)
    {
        double[] cutsA = Cuts(a, y), cutsB = Cuts(b, y);
        var width = 0.0;
        for (var i = 0; i + 1 < cutsA.Length; i += 2)
        {
            for (var j = 0; j + 1 < cutsB.Length; j += 2)
            {
                width += Math.Max(0, Math.Min(cutsA[i + 1], cutsB[j + 1]) - Math.Max(cutsA[i], cutsB[j]));
            }
        }

        return width;
    }

    private static double[] Cuts(Edge[] edges, double y)
    {
        var cuts = new List<double>();
        foreach (var edge in edges)
        {
            if (Math.Min(edge.Y1, edge.Y2) < y && y < Math.Max(edge.Y1, edge.Y2))
            {
                cuts.Add(edge.XAt(y));
            }
        }

        cuts.Sort();
        return [.. cuts];
    }

    private static double? Crossing(Edge a, Edge b)
    {
        double dxA = a.X2 - a.X1, dyA = a.Y2 - a.Y1, dxB = b.X2 - b.X1, dyB = b.Y2 - b.Y1;
        var cross = (dxA * dyB) - (dyA * dxB);
        if (cross == 0)
        {
            return null;
        }

        var s = (((b.X1 - a.X1) * dyB) - ((b.Y1 - a.Y1) * dxB)) / cross;
        var t = (((b.X1 - a.X1) * dyA) - ((b.Y1 - a.Y1) * dxA)) / cross;
        return s is > 0 and < 1 && t is > 0 and < 1 ? a.Y1 + (s * dyA) : null;
    }

    private static bool IsSimple(double[] ring)
    {
        Edge[] edges = [.. Edges(ring)];
        for (var i = 0; i < edges.Length; i++)
        {
            for (var j = i + 2; j < edges.Length; j++)
            {
                if (Crossing(edges[i], edges[j]) is not null && !(i == 0 && j == edges.Length - 1))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static IEnumerable<Edge> Edges(double[] ring)
    {
        for (var index = 0; index < ring.Length; index += 2)
        {
            var next = (index + 2) % ring.Length;
            if (ring[index] != ring[next] || ring[index + 1] != ring[next + 1])
            {
                yield return new Edge(ring[index], ring[index + 1], ring[next], ring[next + 1]);
            }
        }
    }

    private readonly record struct Edge(double X1, double Y1, double X2, double Y2)
    {
        public double XAt(double y) => X1 + ((X2 - X1) * (y - Y1) / (Y2 - Y1));
    }
}
