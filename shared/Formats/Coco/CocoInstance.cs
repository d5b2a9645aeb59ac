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

    /// <summary>Puts the members together; null where none of them has a pixel in the picture (a mask or an ellipse beside it).</summary>
    public static CocoInstance? Of(IReadOnlyList<FrameShape> group, int width, int height)
    {
        var parts = group.Select(member => new Part(member, width, height)).Where(part => part.Box is not null).ToList();
        if (parts.Count == 0)
        {
            return null;
        }

        var leader = parts.MaxBy(part => part.Area)!.Member;
        var box = Union(parts.Select(part => part.Box!));
        var polygons = parts.Where(part => part.Ring is not null).Select(part => part.Ring!).ToList();
        if (parts.Exists(part => part.Member.Shape.Type is ShapeType.Mask or ShapeType.Ellipse))
        {
            var pixels = Unite(parts)!;
            return new(leader, [], pixels, box, pixels.Count);
        }

        return new(leader, polygons, null, box, polygons.Count switch
        {
            0 => box[2] * box[3],
            1 => parts.First(part => part.Ring is not null).Area,
            _ => Unite(parts)!.Count,
        });
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

    private static Bitmap? Unite(IEnumerable<Part> parts)
    {
        Bitmap? all = null;
        foreach (var pixels in parts.Select(part => part.Pixels()).OfType<Bitmap>())
        {
            all ??= new Bitmap(pixels.Width, pixels.Height);
            all.Unite(pixels);
        }

        return all;
    }

    private static double[] Union(IEnumerable<double[]> boxes)
    {
        var all = boxes.ToList();
        var (left, top) = (all.Min(box => box[0]), all.Min(box => box[1]));
        return [left, top, all.Max(box => box[0] + box[2]) - left, all.Max(box => box[1] + box[3]) - top];
    }

    /// <summary>A member with what COCO needs to know of it. Box: x, y, width, height; null where no pixel is set.</summary>
    private sealed class Part
    {
        public Part(FrameShape member, int width, int height)
        {
            Member = member;
            var (shape, points) = (member.Shape, member.Shape.Type == ShapeType.Mask ? member.Shape.Points : FixedPoint.Round2(member.Shape.Points));
            switch (shape.Type)
            {
                case ShapeType.Rectangle:
                    Box = [points[0], points[1], points[2] - points[0], points[3] - points[1]];
                    Area = Box[2] * Box[3];
                    return;
                case ShapeType.Polygon:
                    Ring = points;
                    Area = PolygonRaster.Area(points, width, height);
                    Box = BoxOf(points);
                    // Painted only where it has to be united with others: pictures are large.
                    Pixels = () => PolygonRaster.Paint(points, width, height);
                    return;
                default:
                    var pixels = shape.Type == ShapeType.Mask
                        ? Painted(points, width, height)
                        : EllipseRaster.Paint(points[0], points[1], points[2] - points[0], points[1] - points[3], shape.Rotation, width, height);
                    Box = pixels.TightBox() is var (left, top, boxWidth, boxHeight) ? [left, top, boxWidth, boxHeight] : null;
                    Area = pixels.Count;
                    Pixels = () => pixels;
                    return;
            }
        }

        public FrameShape Member { get; }

        public double[]? Ring { get; }

        public Func<Bitmap?> Pixels { get; } = () => null;

        public double[]? Box { get; }

        public double Area { get; }

        private static Bitmap Painted(double[] points, int width, int height)
        {
            var bitmap = new Bitmap(width, height);
            MaskRle.Paint(bitmap, points);
            return bitmap;
        }

        private static double[] BoxOf(double[] ring)
        {
            double left = ring[0], right = ring[0], top = ring[1], bottom = ring[1];
            for (var index = 2; index + 1 < ring.Length; index += 2)
            {
                (left, right) = (Math.Min(left, ring[index]), Math.Max(right, ring[index]));
                (top, bottom) = (Math.Min(top, ring[index + 1]), Math.Max(bottom, ring[index + 1]));
            }

            return [left, top, right - left, bottom - top];
        }
    }
}
