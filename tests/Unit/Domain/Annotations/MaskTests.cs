using CsCheck;
using CvatServerless.Domain.Annotations.Masks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class MaskTests
{
    private static readonly double[] Example = [0, 2, 1, 1, 2, 1, 3, 2];

    [Fact]
    public void Example_ToCocoAndBack_IsTheReferences()
    {
        var bitmap = new Bitmap(6, 4);
        MaskRle.Paint(bitmap, Example);

        CocoRle.FromBitmap(bitmap).ShouldBe([9, 1, 3, 2, 9]);
        MaskRle.FromBitmap(CocoRle.ToBitmap([9, 1, 3, 2, 9], 6, 4)).ShouldBe(Example);
        bitmap.Count.ShouldBe(3);
    }

    [Fact]
    public void RoundTrip_OfAnyBitmap_KeepsEveryPixel() => Gen.Select(Gen.Int[1, 150], Gen.Int[1, 9], Gen.Int[0, 2000].Array[0, 60]).Sample(
        (width, height, pixels) =>
        {
            var bitmap = new Bitmap(width, height);
            foreach (var pixel in pixels)
            {
                bitmap.FillRow(pixel % width, pixel / width % height, (pixel % 5) + 1);
            }

            var again = new Bitmap(width, height);
            if (MaskRle.FromBitmap(bitmap) is { } points)
            {
                MaskRle.Paint(again, points);
            }

            CocoRle.FromBitmap(again).ShouldBe(CocoRle.FromBitmap(bitmap));
            CocoRle.FromBitmap(CocoRle.ToBitmap(CocoRle.FromBitmap(bitmap), width, height)).ShouldBe(CocoRle.FromBitmap(bitmap));
        },
        iter: 300,
        seed: "0000000000006");

    [Theory]
    [InlineData(new double[] { 0, 9, 2, 1, 3, 2 })]
    [InlineData(new double[] { 0, 1, 5, 5, 3, 2 })]
    public void Paint_ImpossibleRuns_IsRefused(double[] points) => Should.Throw<InvalidDataException>(() => MaskRle.Paint(new Bitmap(6, 4), points));

    [Fact]
    public void FromBitmap_Empty_IsNull() => MaskRle.FromBitmap(new Bitmap(3, 3)).ShouldBeNull();

    // Made with pycocotools 2.0.11: random polygons, some of them beyond the picture or crossing themselves.
    [Theory]
    [InlineData(21, 27, new double[] { -2.22, 12.37, 22.47, 18.42, 21.32, 0.74, 9.66, 5.14, 11.68, 15.94, -2.65, 4.15, 4.55, 27.24 }, "7 6 1 4 16 6 4 3 15 5 7 2 14 5 9 2 12 4 24 3 25 2 25 3 25 2 26 1 17 5 21 11 16 12 15 12 14 13 14 14 13 14 12 15 12 15 11 17 10 17 9", @"761N?2DM;2HM73KM32<O1O010O1OG446K1O0O101O0O100O2O0O")]
    [InlineData(29, 15, new double[] { 1.86, 9.97, 1.43, -2.96, 27.5, 1.4 }, "30 10 5 9 6 9 6 9 6 8 7 8 7 8 7 7 8 7 8 7 8 6 9 6 9 6 9 5 10 5 10 5 10 4 11 4 11 4 11 3 13 2 13 2 13 1 14 1 14 1 43", @"n0:5O10000O10000O10000O10000O10000O10000O2O000O1000m0")]
    [InlineData(18, 15, new double[] { 3.94, 17.19, 9.94, 11.23, 1.91, 16.76, 13.58, 17.3 }, "89 1 14 1 13 1 13 1 13 1 123", @"i21>0O00000^3")]
    [InlineData(29, 24, new double[] { 9.64, 1.98, 2.1, -1.05, 7.55, 15.09 }, "72 3 21 6 18 9 16 11 13 14 11 7 17 1 477", @"X23e03M3N2M3NI6J\>")]
    [InlineData(5, 26, new double[] { 0.41, 23.19, 2.29, 7.11, 2.29, 19.55 }, "22 1 16 8 83", @"f01`07S2")]
    [InlineData(8, 21, new double[] { 10.29, 6.66, 2.66, 11.82, 2.86, 7.16 }, "70 4 17 3 18 3 18 2 19 1 13", @"V24a0O100O1OJ")]
    [InlineData(5, 33, new double[] { 4.79, 21.32, 7.5, 1.64, -0.29, 28.96 }, "27 1 28 4 26 5 24 7 23 9 11", @"k01l03N1N2O2D")]
    [InlineData(34, 27, new double[] { 11.19, 14.32, 28.02, 0.57, 26.94, 23.31, 31.39, -1.79, 34.83, 0.01, 10.63, 17.16, 33.72, 8.22 }, "313 1 23 1 25 2 1 1 23 1 1 2 22 2 1 1 22 5 21 3 1 1 21 6 21 3 1 2 20 3 2 1 20 3 3 1 19 4 2 2 18 4 3 1 18 4 4 1 18 4 3 1 18 4 4 1 17 4 5 1 1 8 11 11 16 6 44 2 25 2 25 1 26", @"i91g0021XOOf00ZO1e00[OOe04ON\ONd050M\OOc01^ONb02_ON`03_ON`02AM?3BM>3AM?3BM=3DML7:35Kl0L]O00O1")]
    [InlineData(39, 10, new double[] { 27.87, 1.9, 32.94, 7.03, 29.45, 1.95, 18.77, 8.52, 0.64, 6.61 }, "16 1 9 1 9 1 9 1 9 1 9 1 8 2 8 2 8 3 7 3 7 3 7 3 6 4 6 4 6 4 6 4 6 4 6 5 4 5 5 4 6 4 6 3 7 3 7 2 7 2 8 2 8 1 9 1 9 2 9 2 85", @"`019000000000O10001O00000O10000000001N01O100O100O00100O100100\2")]
    [InlineData(30, 7, new double[] { 23.66, 1.47, 6.01, 5.46, 2.24, 9.73, 19.98, 7.42 }, "41 1 5 2 5 2 5 2 5 2 4 3 4 3 4 3 4 3 3 4 3 4 3 4 3 4 3 4 2 5 2 4 3 3 4 1 53", @"Y1151000000O1000000O100000000O10O1O1Na1")]
    [InlineData(26, 18, new double[] { 28.4, 10.54, 1.25, 18.52, 10.24, 1.05, 8.94, -1.59 }, "52 2 14 4 12 6 10 7 9 9 7 11 5 12 4 14 2 16 2 16 3 14 4 14 5 13 6 11 7 11 8 10 8 9 10 8 11 7 11 7 12 5 14 4 14 4 15 2 7", @"d12>2N2N1O2N2N1O2N2001N101O1N101O0O2O1O001N2O001NH")]
    [InlineData(31, 23, new double[] { 13.77, 25.98, 28.53, 25.3, 13.78, 11.16, 23.99, 10.89 }, "333 1 22 2 21 3 8 1 11 4 5 3 11 5 3 4 11 12 11 5 2 5 11 3 4 5 11 2 6 4 20 3 21 2 22 1 115", @"]:1f01O1CN33JO62HO880IG09NI27MK2>O1O1Om2")]
    public void Polygon_BecomesThePixelsOfCocosReference(int width, int height, double[] ring, string counts, string compressed)
    {
        var bitmap = PolygonRaster.Paint(ring, width, height);

        string.Join(' ', CocoRle.FromBitmap(bitmap)).ShouldBe(counts);
        string.Join(' ', CocoRle.Decompress(compressed)).ShouldBe(counts);
        PolygonRaster.Area(ring, width, height).ShouldBe(bitmap.Count);
    }
}
