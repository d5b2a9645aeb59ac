using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

public sealed class UploadNameTests
{
    [Theory]
    [InlineData("a.jpg", "a.jpg")]
    [InlineData("/home/me/f/b.jpg", "b.jpg")]
    [InlineData(@"C:\pictures\0.png", "0.png")]
    [InlineData("../../d.jpg", "d.jpg")]
    [InlineData("ünïcode 1.png", "ünïcode 1.png")]
    public void Base_OfAPath_IsItsLastPart(string name, string expected) => UploadName.Base(name).ShouldBe(expected);

    [Theory]
    [InlineData("../x//./a/b.jpg", "x/a/b.jpg")]
    [InlineData(@"C:\x\y.jpg", "x/y.jpg")]
    public void Reduce_OfAPath_LeavesWhatIsSafe(string name, string expected) => UploadName.Reduce(name).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("a\tb.jpg")]
    [InlineData("C:a.jpg")]
    public void Base_WithNothingSafe_Throws(string name) => Should.Throw<CvatException>(() => UploadName.Base(name)).Kind.ShouldBe(ErrorKind.Invalid);
}
