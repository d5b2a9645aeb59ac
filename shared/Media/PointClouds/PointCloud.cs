using System.Globalization;
using System.Text;
using CvatServerless.Domain;

namespace CvatServerless.Media.PointClouds;

/// <summary>A point in the cloud's own coordinates (of the sensor: x and y on the ground, z up), in metres mostly.</summary>
public readonly record struct Point3(float X, float Y, float Z);

/// <summary>Reads point clouds and turns KITTI's raw ones into PCD. Source: contract-data.md §4.2, pointclouds.org's description of PCD 0.7.</summary>
public static class PointCloud
{
    private const int KittiPointBytes = 16;

    /// <summary>A KITTI raw cloud (little-endian float32 x, y, z, intensity) as binary PCD 0.7.</summary>
    /// <exception cref="MediaException">Its length is not a multiple of a point's.</exception>
    public static byte[] ToPcd(string fileName, ReadOnlySpan<byte> bin)
    {
        if (bin.Length == 0 || bin.Length % KittiPointBytes != 0)
        {
            throw new MediaException(fileName, "is not a point cloud that can be read: its length is not a multiple of 16 bytes");
        }

        var points = bin.Length / KittiPointBytes;
        var header = string.Create(CultureInfo.InvariantCulture,
            $"# .PCD v.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS x y z intensity\nSIZE 4 4 4 4\nTYPE F F F F\nCOUNT 1 1 1 1\nWIDTH {points}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {points}\nDATA binary\n");
        return [.. Encoding.ASCII.GetBytes(header), .. bin];
    }

    /// <summary>The points of a PCD, at most <paramref name="most"/> of them, evenly taken; those that are not finite are left out.</summary>
    /// <exception cref="MediaException">It can't be read, or has no x, y and z.</exception>
    public static IReadOnlyList<Point3> Read(string fileName, ReadOnlySpan<byte> pcd, int most)
    {
        var header = PcdHeader.Parse(fileName, pcd);
        var layout = PcdLayout.Of(header) ?? throw new MediaException(fileName, "is not a point cloud that can be read: it has no fields x, y and z");
        var body = pcd[header.BodyOffset..];
        var points = new List<Point3>(Math.Min(header.Points, most));
        var step = Math.Max(1, (header.Points + most - 1) / Math.Max(most, 1));
        try
        {
            if (header.Data == PcdData.Ascii)
            {
                ReadText(body, layout, step, points);
            }
            else
            {
                var records = header.Data == PcdData.Binary ? body : Lzf.Decompress(body, (long)header.Points * header.Stride);
                for (var i = 0; i < header.Points; i += step)
                {
                    Add(points, layout.Read(records, i, header));
                }
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or IndexOutOfRangeException or FormatException)
        {
            throw new MediaException(fileName, "is not a point cloud that can be read: its points are cut off or damaged", e);
        }

        return points;
    }

    private static void ReadText(ReadOnlySpan<byte> body, PcdLayout layout, int step, List<Point3> points)
    {
        var line = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var text = end < 0 ? body : body[..end];
            body = end < 0 ? [] : body[(end + 1)..];
            if (!text.Trim(" \r\t"u8).IsEmpty && line++ % step == 0)
            {
                Add(points, layout.Parse(Encoding.ASCII.GetString(text)));
            }
        }
    }

    private static void Add(List<Point3> points, Point3 point)
    {
        if (float.IsFinite(point.X) && float.IsFinite(point.Y) && float.IsFinite(point.Z))
        {
            points.Add(point);
        }
    }
}
