using CvatServerless.Domain;
using NetVips;

namespace CvatServerless.Media.PointClouds;

/// <summary>Pictures of point clouds as seen from above: x to the right, y up, brighter where it is higher.</summary>
public static class TopView
{
    private const int MaxPoints = 400_000;
    private const double Outliers = 0.01;

    /// <summary>A JPEG of a PCD.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="pcd">The file.</param>
    /// <param name="sidePixels">Width and height.</param>
    /// <exception cref="MediaException">It can't be read.</exception>
    public static byte[] Render(string fileName, ReadOnlySpan<byte> pcd, int sidePixels)
    {
        var points = PointCloud.Read(fileName, pcd, MaxPoints);
        var pixels = new byte[sidePixels * sidePixels * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (16, 20, 28);
        }

        if (points.Count > 0)
        {
            Draw(points, pixels, sidePixels);
        }

        using var image = Image.NewFromMemory(new ReadOnlyMemory<byte>(pixels), sidePixels, sidePixels, 3, Enums.BandFormat.Uchar);
        using var tagged = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return tagged.JpegsaveBuffer(q: 85, keep: Enums.ForeignKeep.None);
    }

    private static void Draw(IReadOnlyList<Point3> points, byte[] pixels, int side)
    {
        var (left, right) = Range(points, point => point.X);
        var (bottom, top) = Range(points, point => point.Y);
        var (low, high) = Range(points, point => point.Z);
        var scale = (side - 1) / Math.Max(Math.Max(right - left, top - bottom), 1e-6);
        var (shiftX, shiftY) = ((side - 1 - ((right - left) * scale)) / 2, (side - 1 - ((top - bottom) * scale)) / 2);
        foreach (var point in points.OrderBy(point => point.Z))
        {
            var (x, y) = ((int)(((point.X - left) * scale) + shiftX), side - 1 - (int)(((point.Y - bottom) * scale) + shiftY));
            if (x < 0 || y < 0 || x >= side || y >= side)
            {
                continue;
            }

            var height = Math.Clamp((point.Z - low) / Math.Max(high - low, 1e-6), 0, 1);
            var at = ((y * side) + x) * 3;
            (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)(60 + (195 * height)), (byte)(130 + (110 * height)), (byte)(240 - (150 * height)));
        }
    }

    /// <summary>The range without the outermost points, so that a stray one doesn't shrink the rest to a dot.</summary>
    private static (double Low, double High) Range(IReadOnlyList<Point3> points, Func<Point3, float> axis)
    {
        var values = points.Select(axis).Order().ToArray();
        var cut = (int)(values.Length * Outliers);
        return (values[cut], values[values.Length - 1 - cut]);
    }
}
