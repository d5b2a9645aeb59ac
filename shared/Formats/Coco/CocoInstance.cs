using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Masks;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.Coco;

/// <summary>
/// What becomes one COCO annotation: a shape, or the members of a group. With a mask or an ellipse among them it is a crowd with an RLE, otherwise polygons;
/// a rectangle beside polygons adds its box only. The largest member leads: label and attributes are its own. Source: contract-annotations.md §4.3.
/// </summary>
internal sealed record CocoInstance(FrameShape Leader, IReadOnlyList<double[]> Polygons, Bitmap? Pixels, double[] Box, double Area)
{
    /// <summary>Whether the segmentation is an RLE.</summary>
    public bool IsCrowd => Pixels is not null;

    /// <summary>Puts the members together.</summary>
    public static CocoInstance Of(IReadOnlyList<FrameShape> group, int width, int height)
    {
        var boxes = group.Select(member => (Member: member, Box: BoxOf(member.Shape, width, height))).ToList();
        var leader = boxes.MaxBy(entry => entry.Box[2] * entry.Box[3]).Member;
        var box = Union(boxes.Select(entry => entry.Box));
        var polygons = group.Where(member => member.Shape.Type == ShapeType.Polygon).Select(member => Rounded(member.Shape.Points)).ToList();
        var rasters = group.Where(member => member.Shape.Type is ShapeType.Mask or ShapeType.Ellipse).Select(member => PixelsOf(member.Shape, width, height)).ToList();
        if (rasters.Count > 0)
        {
            var pixels = Unite(rasters.Concat(polygons.Select(points => PolygonRaster.Paint(points, width, height))));
            return new(leader, [], pixels, box, pixels.Count);
        }

        if (polygons.Count > 0)
        {
            return new(leader, polygons, null, box, Unite(polygons.Select(points => PolygonRaster.Paint(points, width, height))).Count);
        }

        return new(leader, [], null, box, Math.Round(box[2] * box[3], 2));
    }

    /// <summary>The value of <c>segmentation</c>.</summary>
    public void WriteSegmentation(Utf8JsonWriter json)
    {
        if (Pixels is null)
        {
            json.WriteStartArray();
            foreach (var polygon in Polygons)
            {
                json.WriteStartArray();
                foreach (var value in polygon)
                {
                    json.WriteRawValue(PythonFloat.Text(value));
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("counts");
        foreach (var count in CocoRle.FromBitmap(Pixels))
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteStartArray("size");
        json.WriteNumberValue(Pixels.Height);
        json.WriteNumberValue(Pixels.Width);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Bitmap PixelsOf(LabeledShape shape, int width, int height)
    {
        var p = shape.Points;
        if (shape.Type == ShapeType.Ellipse)
        {
            return EllipseRaster.Paint(p[0], p[1], p[2] - p[0], p[1] - p[3], shape.Rotation, width, height);
        }

        var bitmap = new Bitmap(width, height);
        MaskRle.Paint(bitmap, p);
        return bitmap;
    }

    private static Bitmap Unite(IEnumerable<Bitmap> bitmaps) => bitmaps.Aggregate((all, next) =>
    {
        all.Unite(next);
        return all;
    });

    private static double[] BoxOf(LabeledShape shape, int width, int height)
    {
        var p = shape.Points;
        switch (shape.Type)
        {
            case ShapeType.Rectangle:
                return [p[0], p[1], p[2] - p[0], p[3] - p[1]];
            case ShapeType.Mask:
                return [p[^4], p[^3], p[^2] - p[^4] + 1, p[^1] - p[^3] + 1];
            case ShapeType.Ellipse:
                var box = PixelsOf(shape, width, height).TightBox() ?? default;
                return [box.Left, box.Top, box.Width, box.Height];
            default:
                var (xs, ys) = (p.Where((_, i) => i % 2 == 0).ToList(), p.Where((_, i) => i % 2 == 1).ToList());
                return [xs.Min(), ys.Min(), xs.Max() - xs.Min(), ys.Max() - ys.Min()];
        }
    }

    private static double[] Union(IEnumerable<double[]> boxes)
    {
        var all = boxes.ToList();
        var (left, top) = (all.Min(box => box[0]), all.Min(box => box[1]));
        return [left, top, all.Max(box => box[0] + box[2]) - left, all.Max(box => box[1] + box[3]) - top];
    }

    private static double[] Rounded(double[] points) => Array.ConvertAll(points, value => Math.Round(value, 2));
}
