using CvatServerless.Domain.Annotations.Masks;

namespace CvatServerless.Formats.Coco;

/// <summary>Ellipses to pixels: centre and half axes rounded to whole pixels, as dataset tools draw them.</summary>
internal static class EllipseRaster
{
    /// <summary>A filled ellipse, turned clockwise.</summary>
    public static Bitmap Paint(double cx, double cy, double rx, double ry, double degrees, int width, int height)
    {
        var bitmap = new Bitmap(width, height);
        var (x0, y0, a, b) = (Math.Round(cx), Math.Round(cy), Math.Max(Math.Round(rx), 0.5), Math.Max(Math.Round(ry), 0.5));
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var reach = (int)Math.Ceiling(Math.Max(a, b)) + 1;
        for (var y = Math.Max(0, (int)y0 - reach); y <= Math.Min(height - 1, (int)y0 + reach); y++)
        {
            var (first, last) = (int.MaxValue, -1);
            for (var x = Math.Max(0, (int)x0 - reach); x <= Math.Min(width - 1, (int)x0 + reach); x++)
            {
                var (dx, dy) = (x - x0, y - y0);
                var (u, v) = (((dx * cos) + (dy * sin)) / a, ((dy * cos) - (dx * sin)) / b);
                if ((u * u) + (v * v) <= 1)
                {
                    (first, last) = (Math.Min(first, x), x);
                }
            }

            if (last >= 0)
            {
                bitmap.FillRow(first, y, last - first + 1);
            }
        }

        return bitmap;
    }
}
