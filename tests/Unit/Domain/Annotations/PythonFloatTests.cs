using CvatServerless.Domain.Annotations;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class PythonFloatTests
{
    // Expected texts are Python's repr of the same numbers.
    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(10, "10.0")]
    [InlineData(-3.25, "-3.25")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(123456789012345.0, "123456789012345.0")]
    [InlineData(1234567890123456.0, "1234567890123456.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.25e100, "1.25e+100")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    public void Text_IsPythonsRepr(double value, string expected) => PythonFloat.Text(value).ShouldBe(expected);
}
