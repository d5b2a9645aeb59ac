using System.Buffers.Binary;
using System.Text;
using CvatServerless.Domain;
using CvatServerless.Media.PointClouds;
using NetVips;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.PointClouds;

/// <summary>Source: contract-data.md §4.2.</summary>
public sealed class PointCloudTests
{
    private const string Header = "# comment\nVERSION 0.7\nFIELDS x y z label\nSIZE 4 4 4 1\nTYPE F F F U\nCOUNT 1 1 1 1\nWIDTH 3\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 3\nDATA ";
    private static readonly Point3[] Points = [new(1, 2, 3), new(-4, 5.5f, 6), new(7, -8, 0.25f)];

    [Fact]
    public void Read_TextAndBinaryAndCompressed_GiveTheSamePoints()
    {
        var text = Bytes(Header + "ascii\n" + string.Join('\n', Points.Select(p => FormattableString.Invariant($"{p.X} {p.Y} {p.Z} 1"))) + "\n");
        byte[] binary = [.. Bytes(Header + "binary\n"), .. Points.SelectMany(p => (byte[])[.. Float(p.X), .. Float(p.Y), .. Float(p.Z), 1])];
        byte[] fields = [.. Points.SelectMany(p => Float(p.X)), .. Points.SelectMany(p => Float(p.Y)), .. Points.SelectMany(p => Float(p.Z)), 1, 1, 1];
        // The three bytes at 4 repeat those at 0: a back reference.
        byte[] packed = [.. Literal(fields[..4]), 0x20, 3, .. Literal(fields[7..36]), .. Literal(fields[36..])];
        byte[] compressed = [.. Bytes(Header + "binary_compressed\n"), .. Int(packed.Length), .. Int(fields.Length), .. packed];

        foreach (var pcd in new[] { text, binary, compressed })
        {
            PointCloud.Read("c.pcd", pcd, 100).ShouldBe(Points);
        }

        PcdHeader.Parse("c.pcd", binary).Width.ShouldBe(3);
        Should.Throw<MediaException>(() => PcdHeader.Parse("c.pcd", binary.AsSpan(0, binary.Length - 1))).Message.ShouldBe("'c.pcd' is cut off: it has fewer points than its header says.");
    }

    [Fact]
    public void ToPcd_KittiRaw_HasTheHeaderOf07()
    {
        byte[] bin = [.. Points.SelectMany(p => (byte[])[.. Float(p.X), .. Float(p.Y), .. Float(p.Z), .. Float(0.5f)])];

        var pcd = PointCloud.ToPcd("1.bin", bin);

        var header = PcdHeader.Parse("1.pcd", pcd);
        (header.Width, header.Height, header.Points, header.Stride, header.Data).ShouldBe((3, 1, 3, 16, PcdData.Binary));
        PointCloud.Read("1.pcd", pcd, 100).ShouldBe(Points);
        Should.Throw<MediaException>(() => PointCloud.ToPcd("1.bin", bin.AsSpan(1)));
    }

    [Theory]
    [InlineData("", "its header is missing")]
    [InlineData("VERSION 0.8\nDATA ascii\n", "its version is not one of 0.1 to 0.7")]
    [InlineData("VERSION .7\nWIDTH x\nDATA ascii\n", "its WIDTH makes no sense")]
    [InlineData("VERSION 0.7\nFIELDS x\nSIZE 4 4\nTYPE F\nWIDTH 1\nHEIGHT 1\nDATA ascii\n", "its fields make no sense")]
    public void Parse_Nonsense_IsRefusedByName(string text, string reason) =>
        Should.Throw<MediaException>(() => PcdHeader.Parse("c.pcd", Bytes(text))).Message.ShouldBe($"'c.pcd' is not a point cloud that can be read: {reason}.");

    [Fact]
    public void Render_Cloud_ShowsItFromAbove()
    {
        var text = Bytes(Header.Replace("WIDTH 3", "WIDTH 4", StringComparison.Ordinal).Replace("POINTS 3", "POINTS 4", StringComparison.Ordinal) + "ascii\n0 0 0 1\n9 0 5 1\n0 9 5 1\n9 9 9 1\n");

        using var picture = Image.NewFromBuffer(TopView.Render("c.pcd", text, 256));

        (picture.Width, picture.Height).ShouldBe((256, 256));
        picture.Max().ShouldBeGreaterThan(150);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Float(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int(int value) => BitConverter.GetBytes(value);

    private static byte[] Literal(byte[] bytes) => [(byte)(bytes.Length - 1), .. bytes];
}
