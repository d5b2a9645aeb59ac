namespace CvatServerless.Domain.Annotations.Merging;

/// <summary>How alike two shapes of the same label and type are, 0–1. Source: contract-annotations.md §1.7.</summary>
internal static class ShapeSimilarity
{
    /// <summary>Whether shapes of this type are ever compared; the others are never alike, so that duplicates survive.</summary>
    public static bool IsComparable(ShapeType type, bool is3D) =>
        type is ShapeType.Rectangle or ShapeType.Polygon || (is3D && type == ShapeType.Cuboid);

    public static double Of(ShapeType type, double[] a, double[] b, bool is3D) => type switch
    {
        ShapeType.Rectangle => Boxes(a, b),
        ShapeType.Polygon => PolygonOverlap.IoU(a, b),
        ShapeType.Cuboid when is3D => Cuboids(a, b),
        _ => 0,
    };

    private static double Boxes(double[] a, double[] b)
    {
        var shared = Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0])) * Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]));
        var union = ((a[2] - a[0]) * (a[3] - a[1])) + ((b[2] - b[0]) * (b[3] - b[1])) - shared;
        return union > 0 ? shared / union : 0;
    }

    // Seen from above (turned by yaw) and from the side (not turned).
    private static double Cuboids(double[] a, double[] b) =>
        PolygonOverlap.IoU(TopView(a), TopView(b)) * Boxes(SideView(a), SideView(b));

    private static double[] TopView(double[] cuboid)
    {
        double[] corners = [-1, -1, 1, -1, 1, 1, -1, 1];
        var (sin, cos) = Math.SinCos(cuboid[5]);
        for (var index = 0; index < corners.Length; index += 2)
        {
            double x = corners[index] * cuboid[6] / 2, y = corners[index + 1] * cuboid[7] / 2;
            corners[index] = cuboid[0] + (x * cos) - (y * sin);
            corners[index + 1] = cuboid[1] + (x * sin) + (y * cos);
        }

        return corners;
    }

    private static double[] SideView(double[] cuboid) =>
        [cuboid[0] - (cuboid[6] / 2), cuboid[2] - (cuboid[8] / 2), cuboid[0] + (cuboid[6] / 2), cuboid[2] + (cuboid[8] / 2)];
}
