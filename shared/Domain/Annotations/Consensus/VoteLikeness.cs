using CvatServerless.Domain.Annotations.Masks;
using CvatServerless.Domain.Annotations.Merging;

namespace CvatServerless.Domain.Annotations.Consensus;

/// <summary>
/// How alike two shapes of one label and type are for a vote, 0–1: overlap of areas (intersection over union) where there are areas, else nearness of points (object
/// keypoint similarity, as COCO defines it). 2D only.
/// </summary>
/// <param name="pictureArea">Of the frame, in square pixels: what the nearness of lines and single points is relative to.</param>
internal sealed class VoteLikeness(double pictureArea)
{
    /// <summary>Tolerance of points relative to the size of their object: the default of the quality settings.</summary>
    private const double PointSigma = 0.09;

    /// <summary>Tolerance of lines relative to the size of the picture: the default of the quality settings.</summary>
    private const double LineSigma = 0.01;

    /// <summary>Places at which two lines are compared, equally far from each other.</summary>
    private const int LineSamples = 50;

    /// <summary>The polygon that stands for an ellipse.</summary>
    private const int EllipseCorners = 64;

    /// <summary>Above this many points they are compared in the order in which they were set.</summary>
    private const int MaxAssignedPoints = 100;

    /// <summary>How alike they are.</summary>
    public double Of(LabeledShape a, LabeledShape b) => a.Type switch
    {
        ShapeType.Rectangle when a.Rotation == 0 && b.Rotation == 0 => ShapeSimilarity.Of(ShapeType.Rectangle, a.Points, b.Points, is3D: false),
        ShapeType.Rectangle => PolygonOverlap.IoU(Corners(a), Corners(b)),
        ShapeType.Ellipse => PolygonOverlap.IoU(Outline(a), Outline(b)),
        ShapeType.Polygon => PolygonOverlap.IoU(a.Points, b.Points),
        ShapeType.Cuboid => ShapeSimilarity.Of(ShapeType.Rectangle, Box(a.Points), Box(b.Points), is3D: false),
        ShapeType.Mask => MaskOverlap.IoU(a.Points, b.Points),
        ShapeType.Polyline => Lines(a.Points, b.Points),
        ShapeType.Points => Points(a.Points, b.Points),
        _ => Skeletons(a, b),
    };

    /// <summary>The box around a shape where overlap of areas decides; shapes that are compared by nearness have none.</summary>
    public static VoteBounds Bounds(LabeledShape shape)
    {
        if (shape.Type == ShapeType.Mask)
        {
            var (left, top, width, height) = MaskRle.Box(shape.Points);
            return new(left, top, left + (double)width, top + (double)height);
        }

        var outline = shape.Type switch
        {
            ShapeType.Rectangle => shape.Rotation == 0 ? shape.Points : Corners(shape),
            ShapeType.Ellipse => Outline(shape),
            ShapeType.Polygon or ShapeType.Cuboid => shape.Points,
            _ => null,
        };
        if (outline is null)
        {
            return VoteBounds.Endless;
        }

        var box = Box(outline);
        return new(box[0], box[1], box[2], box[3]);
    }

    private double Lines(double[] a, double[] b)
    {
        var (one, other) = (Sampled(a), Sampled(b));
        var (forward, backward) = (0.0, 0.0);
        for (var i = 0; i < LineSamples; i++)
        {
            forward += Nearness(one, i, other, i, pictureArea, LineSigma);
            backward += Nearness(one, i, other, LineSamples - 1 - i, pictureArea, LineSigma);
        }

        return Math.Max(forward, backward) / LineSamples;
    }

    private double Points(double[] a, double[] b)
    {
        var (countA, countB) = (a.Length / 2, b.Length / 2);
        var scale = Scale(a, b);
        if (Math.Max(countA, countB) > MaxAssignedPoints)
        {
            return Enumerable.Range(0, Math.Min(countA, countB)).Sum(i => Nearness(a, i, b, i, scale, PointSigma)) / Math.Max(countA, countB);
        }

        var cost = new double[countA, countB];
        for (var i = 0; i < countA; i++)
        {
            for (var j = 0; j < countB; j++)
            {
                cost[i, j] = 1 - Nearness(a, i, b, j, scale, PointSigma);
            }
        }

        var columns = Hungarian.Assign(cost);
        return Enumerable.Range(0, countA).Where(i => columns[i] >= 0).Sum(i => 1 - cost[i, columns[i]]) / Math.Max(countA, countB);
    }

    /// <summary>Point by point, by their sublabels; one that only one of them has counts as far away.</summary>
    private double Skeletons(LabeledShape a, LabeledShape b)
    {
        var (one, other) = (Visible(a), Visible(b));
        var all = one.Keys.Union(other.Keys).ToList();
        if (all.Count == 0)
        {
            return 1;
        }

        var scale = Scale([.. one.Values.SelectMany(point => point)], [.. other.Values.SelectMany(point => point)]);
        return all.Sum(label => one.TryGetValue(label, out var p) && other.TryGetValue(label, out var q) ? Nearness(p, 0, q, 0, scale, PointSigma) : 0) / all.Count;
    }

    private static Dictionary<int, double[]> Visible(LabeledShape skeleton) => skeleton.Elements
        .Where(element => !element.Outside && element.Points.Length >= 2).DistinctBy(element => element.LabelId).ToDictionary(element => element.LabelId, element => element.Points);

    private static double Nearness(double[] a, int i, double[] b, int j, double scale, double sigma)
    {
        double dx = a[2 * i] - b[2 * j], dy = a[(2 * i) + 1] - b[(2 * j) + 1];
        var tolerance = 2 * sigma;
        return Math.Exp(-((dx * dx) + (dy * dy)) / (2 * scale * tolerance * tolerance));
    }

    /// <summary>The mean area of the boxes around them; of single points, which have none, the picture's.</summary>
    private double Scale(double[] a, double[] b)
    {
        var area = (Area(a) + Area(b)) / 2;
        return area > 0 ? area : pictureArea;
    }

    private static double Area(double[] points)
    {
        var box = Box(points);
        return (box[2] - box[0]) * (box[3] - box[1]);
    }

    private static double[] Box(double[] points)
    {
        double[] box = [double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity];
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            box[0] = Math.Min(box[0], points[i]);
            box[1] = Math.Min(box[1], points[i + 1]);
            box[2] = Math.Max(box[2], points[i]);
            box[3] = Math.Max(box[3], points[i + 1]);
        }

        return points.Length < 2 ? [0, 0, 0, 0] : box;
    }

    private static double[] Corners(LabeledShape box)
    {
        var p = box.Points;
        return Turned([p[0], p[1], p[2], p[1], p[2], p[3], p[0], p[3]], (p[0] + p[2]) / 2, (p[1] + p[3]) / 2, box.Rotation);
    }

    private static double[] Outline(LabeledShape ellipse)
    {
        var p = ellipse.Points;
        var outline = new double[2 * EllipseCorners];
        for (var i = 0; i < EllipseCorners; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / EllipseCorners);
            outline[2 * i] = p[0] + ((p[2] - p[0]) * cos);
            outline[(2 * i) + 1] = p[1] + ((p[1] - p[3]) * sin);
        }

        return Turned(outline, p[0], p[1], ellipse.Rotation);
    }

    private static double[] Turned(double[] points, double centerX, double centerY, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        for (var i = 0; i < points.Length; i += 2)
        {
            double dx = points[i] - centerX, dy = points[i + 1] - centerY;
            points[i] = centerX + (dx * cos) - (dy * sin);
            points[i + 1] = centerY + (dx * sin) + (dy * cos);
        }

        return points;
    }

    /// <summary>Points on a line that cut it into equally long pieces.</summary>
    private static double[] Sampled(double[] line)
    {
        var lengths = new double[line.Length / 2];
        for (var i = 1; i < lengths.Length; i++)
        {
            lengths[i] = lengths[i - 1] + Math.Sqrt(Math.Pow(line[2 * i] - line[(2 * i) - 2], 2) + Math.Pow(line[(2 * i) + 1] - line[(2 * i) - 1], 2));
        }

        var sampled = new double[2 * LineSamples];
        var end = 1;
        for (var i = 0; i < LineSamples; i++)
        {
            var at = lengths[^1] * i / (LineSamples - 1);
            while (end < lengths.Length - 1 && lengths[end] < at)
            {
                end++;
            }

            var piece = lengths[end] - lengths[end - 1];
            var share = piece > 0 ? (at - lengths[end - 1]) / piece : 0;
            sampled[2 * i] = line[(2 * end) - 2] + (share * (line[2 * end] - line[(2 * end) - 2]));
            sampled[(2 * i) + 1] = line[(2 * end) - 1] + (share * (line[(2 * end) + 1] - line[(2 * end) - 1]));
        }

        return sampled;
    }
}
