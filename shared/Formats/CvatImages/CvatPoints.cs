using System.Globalization;

namespace CvatServerless.Formats.CvatImages;

/// <summary>Coordinates of CVAT's XML as the contract's points.</summary>
internal static class CvatPoints
{
    private static readonly string[] Corners = ["tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2"];

    /// <summary>The points of a shape element; none for a skeleton.</summary>
    public static double[] Read(CvatElement element)
    {
        switch (element.Name)
        {
            case "box":
                return [element.Number("xtl"), element.Number("ytl"), element.Number("xbr"), element.Number("ybr")];
            case "ellipse":
                var (cx, cy) = (element.Number("cx"), element.Number("cy"));
                return [cx, cy, Math.Round(cx + element.Number("rx"), 2), Math.Round(cy - element.Number("ry"), 2)];
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
        var counts = element.Get("rle").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. counts.Select(count => (double)int.Parse(count, CultureInfo.InvariantCulture)),
            left, top, left + element.Integer("width") - 1, top + element.Integer("height") - 1,
        ];
    }
}
