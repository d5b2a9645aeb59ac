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
}
