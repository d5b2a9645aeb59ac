using System.Globalization;
using CvatServerless.Domain.Annotations;

namespace CvatServerless.Formats.CvatImages;

/// <summary>Coordinates of CVAT's XML as the contract's points.</summary>
internal static class CvatPoints
{
    private static readonly string[] Corners = ["tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2"];

    /// <summary>The points of a shape element; none for a skeleton.</summary>
    public static double[] Read(CvatElement element)
    {
        var points = Parse(element);
        var type = element.Name == "box" ? ShapeType.Rectangle : AnnotationWords.TryParse(element.Name, out ShapeType parsed) ? parsed : ShapeType.Skeleton;
        return GeometryRules.Points(type, points.Length) is null && Array.TrueForAll(points, double.IsFinite)
            ? points
            : throw new DatasetException($"An element '{element.Name}' has an impossible number of coordinates, or one that is not finite");
    }

    private static double[] Parse(CvatElement element)
    {
        switch (element.Name)
        {
            case "box":
                return [element.Number("xtl"), element.Number("ytl"), element.Number("xbr"), element.Number("ybr")];
            case "ellipse":
                var (cx, cy) = (element.Number("cx"), element.Number("cy"));
                return [cx, cy, FixedPoint.Round2(cx + element.Number("rx")), FixedPoint.Round2(cy - element.Number("ry"))];
            case "cuboid":
                return [.. Corners.SelectMany(corner => new[] { element.Number("x" + corner), element.Number("y" + corner) })];
            case "mask":
                return Mask(element);
            case "skeleton":
                return [];
            default:
                return [.. element.Get("points").Split(';', ',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        }
    }

    private static double[] Mask(CvatElement element)
    {
        var (left, top) = (element.Integer("left"), element.Integer("top"));
        var (width, height) = (element.Integer("width"), element.Integer("height"));
        var counts = element.Get("rle").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        double[] runs = [.. counts.Select(count => (double)int.Parse(count, CultureInfo.InvariantCulture))];
        return width > 0 && height > 0 && runs.All(run => run >= 0) && runs.Sum() <= (double)width * height
            ? [.. runs, left, top, left + width - 1, top + height - 1]
            : throw new DatasetException("The run lengths of an element 'mask' do not fit its size");
    }
}
