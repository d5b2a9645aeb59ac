namespace CvatServerless.Domain.Annotations.Tracks;

/// <summary>
/// Polygons and polylines between two key frames whose numbers of points differ: points are matched by their place along the curve. Every frame is
/// computed from the two key frames, not step by step. Source: contract-annotations.md §1.8, whose four steps the methods follow.
/// </summary>
internal static class CurveInterpolation
{
    public static double[] Polygon(double[] left, double[] right, double t)
    {
        var closed = Polyline(Closed(left), Closed(right), t);
        return closed[..^2];
    }

    public static double[] Polyline(double[] left, double[] right, double t)
    {
        var from = Vertices(left);
        var to = Vertices(right);
        var matches = Match(Offsets(from), Offsets(to));
        return Flat(Reduce(from, to, matches, t));
    }

    private static double[] Closed(double[] points) => [.. points, points[0], points[1]];

    private static Vertex[] Vertices(double[] points)
    {
        var vertices = new Vertex[points.Length / 2];
        for (var index = 0; index < vertices.Length; index++)
        {
            vertices[index] = new Vertex(points[2 * index], points[(2 * index) + 1]);
        }

        return vertices;
    }

    private static double[] Flat(List<Vertex> vertices)
    {
        var points = new double[vertices.Count * 2];
        for (var index = 0; index < vertices.Count; index++)
        {
            points[2 * index] = vertices[index].X;
            points[(2 * index) + 1] = vertices[index].Y;
        }

        return points;
    }

    // Step 1: how far along the curve each point lies, 0–1.
    private static double[] Offsets(Vertex[] curve)
    {
        var offsets = new double[curve.Length];
        for (var index = 1; index < curve.Length; index++)
        {
            offsets[index] = offsets[index - 1] + curve[index].DistanceTo(curve[index - 1]);
        }

        var length = offsets[^1];
        for (var index = 0; length > 0 && index < curve.Length; index++)
        {
            offsets[index] /= length;
        }

        return offsets;
    }

    // Step 2: for each left point the right points that belong to it, ascending.
    private static List<int>[] Match(double[] left, double[] right)
    {
        var matches = new List<int>[left.Length];
        var chosen = new bool[right.Length];
        for (var index = 0; index < left.Length; index++)
        {
            var nearest = Nearest(left[index], right);
            matches[index] = [nearest];
            chosen[nearest] = true;
        }

        for (var index = 0; index < right.Length; index++)
        {
            if (!chosen[index])
            {
                matches[Nearest(right[index], left)].Add(index);
            }
        }

        foreach (var list in matches)
        {
            list.Sort();
        }

        return matches;
    }

    private static int Nearest(double offset, double[] offsets)
    {
        var best = 0;
        for (var index = 1; index < offsets.Length; index++)
        {
            if (Math.Abs(offsets[index] - offset) < Math.Abs(offsets[best] - offset))
            {
                best = index;
            }
        }

        return best;
    }

    // Steps 3 and 4.
    private static List<Vertex> Reduce(Vertex[] left, Vertex[] right, List<int>[] matches, double t)
    {
        var reduced = new List<Vertex>();
        for (var index = 0; index < left.Length;)
        {
            if (matches[index].Count > 1)
            {
                var piece = matches[index].ConvertAll(match => left[index].Towards(right[match], t));
                var (first, last) = (matches[index][0], matches[index][^1]);
                Thin(piece, Length(right, first, last), last - first + 1, reduced);
                index++;
                continue;
            }

            var end = index + 1;
            while (end < left.Length && matches[end].Count == 1 && matches[end][0] == matches[index][0])
            {
                end++;
            }

            var target = right[matches[index][0]];
            var run = left[index..end].Select(vertex => vertex.Towards(target, t)).ToList();
            Thin(run, Length(left, index, end - 1), end - index, reduced);
            index = end;
        }

        return reduced;
    }

    private static void Thin(List<Vertex> piece, double baseLength, int sourcePoints, List<Vertex> into)
    {
        if (piece.Count == 1)
        {
            into.Add(piece[0]);
            return;
        }

        var threshold = baseLength / (2 * sourcePoints);
        var kept = new List<Vertex> { piece[0] };
        for (var index = 1; index < piece.Count - 1; index++)
        {
            if (piece[index].DistanceTo(kept[^1]) >= threshold)
            {
                kept.Add(piece[index]);
            }
        }

        kept.Add(piece[^1]);
        if (kept.Count == 2 && kept[0].DistanceTo(kept[1]) < threshold)
        {
            kept = [kept[0].Towards(kept[1], 0.5)];
        }

        into.AddRange(kept);
    }

    private static double Length(Vertex[] curve, int first, int last)
    {
        var length = 0.0;
        for (var index = first + 1; index <= last; index++)
        {
            length += curve[index].DistanceTo(curve[index - 1]);
        }

        return length;
    }

    private readonly record struct Vertex(double X, double Y)
    {
        public double DistanceTo(Vertex other) => Math.Sqrt(((X - other.X) * (X - other.X)) + ((Y - other.Y) * (Y - other.Y)));

        public Vertex Towards(Vertex other, double t) => new(X + ((other.X - X) * t), Y + ((other.Y - Y) * t));
    }
}
