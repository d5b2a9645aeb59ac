using CvatServerless.Formats;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Formats;

public sealed class FixedPointTests
{
    // Expected texts are Python's.
    [Theory]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(2.675, 2, "2.67")]
    [InlineData(1.005, 2, "1.00")]
    [InlineData(10.456, 2, "10.46")]
    [InlineData(-0.125, 2, "-0.12")]
    [InlineData(0.0078125, 6, "0.007812")]
    [InlineData(1, 6, "1.000000")]
    public void Text_RoundsAsPython(double value, int digits, string expected) => FixedPoint.Text(value, digits).ShouldBe(expected);

    [Theory]
    [InlineData(1.115, 1.11)]
    [InlineData(0.125, 0.12)]
    [InlineData(7, 7)]
    public void Round2_RoundsAsPython(double value, double expected) => FixedPoint.Round2(value).ShouldBe(expected);
}
