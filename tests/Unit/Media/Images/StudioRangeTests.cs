using CvatServerless.Media.Images;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Images;

/// <summary>Source: ITU-R BT.601-7 §2.5.1, ITU-T T.871 §7.</summary>
public sealed class StudioRangeTests
{
    [Fact]
    public void Widen_EveryValue_IsWithinOneOfTheExactOne()
    {
        // Two thirds are luma; the length is no multiple of a vector's.
        var planes = Enumerable.Range(0, 3 * 258).Select(i => (byte)i).ToArray();
        var before = planes.ToArray();

        StudioRange.Widen(planes);

        for (var i = 0; i < planes.Length; i++)
        {
            var exact = i < 516 ? (before[i] - 16) * 255 / 219.0 : ((before[i] - 128) * 255 / 224.0) + 128;
            ((double)planes[i]).ShouldBe(Math.Clamp(exact, 0, 255), tolerance: 1);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(16, 0)]
    [InlineData(235, 255)]
    [InlineData(255, 255)]
    public void Widen_BlackAndWhite_AreExact(byte studio, byte full)
    {
        byte[] planes = [.. Enumerable.Repeat(studio, 100), .. Enumerable.Repeat((byte)128, 50)];

        StudioRange.Widen(planes);

        planes[..100].ShouldAllBe(value => value == full);
        planes[100..].ShouldAllBe(value => value == 128);
    }
}
