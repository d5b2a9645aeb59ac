using CvatServerless.Formats;
using CvatServerless.Formats.Model;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Formats;

public sealed class FrameMatcherTests
{
    private static readonly ImportContext Pictures = new() { Frames = [new(0, 10, "a/b/c.jpg", 1, 1), new(1, 12, "a/b/d.jpg", 1, 1)], IsVideo = false, Labels = [] };

    private static readonly ImportContext Video = new() { Frames = [new(0, 10, "frame_000010.png", 1, 1), new(1, 12, "frame_000012.png", 1, 1)], IsVideo = true, Labels = [] };

    [Theory]
    [InlineData("a/b/d")]
    [InlineData("b/d")]
    [InlineData("d")]
    public void Match_WithLeadingFoldersMissing_FindsTheFrame(string id) => new FrameMatcher(Pictures, [id]).Find(id).Number.ShouldBe(1);

    [Theory]
    [InlineData("frame_000012", 1)]
    [InlineData("frame_000001", 1)]
    public void Match_OfVideoNames_IsByNameThenByNumber(string id, int expected) => new FrameMatcher(Video, [id]).Find(id).Number.ShouldBe(expected);

    [Theory]
    [InlineData("D")]
    [InlineData("7")]
    [InlineData("x/d")]
    public void Find_Stranger_IsRefused(string id) => Should.Throw<DatasetException>(() => new FrameMatcher(Pictures, [id]).Find(id));

    [Fact]
    public void Match_ByFrameAttribute_IsRelative() => new FrameMatcher(Pictures, ["zzz"]).Find("zzz", 1).Number.ShouldBe(1);
}
