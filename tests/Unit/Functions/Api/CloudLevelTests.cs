using CvatServerless.Functions.Api.CloudStorages;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Api;

public sealed class CloudLevelTests
{
    [Theory]
    [InlineData(null, "", "", "")]
    [InlineData(null, "data/sub/", "data/sub/", "data/sub/")]
    [InlineData("data/sub/x", "data/sub/", "data/sub/x", "data/sub/")]
    [InlineData("da", "", "da", "")]
    [InlineData("data/su", "data/sub", "data/sub", "data/")]
    public void Of_WithinTheLimit_ListsThere(string? asked, string limit, string prefix, string folder)
    {
        var level = CloudLevel.Of(asked, limit);

        (level.Prefix, level.Base, level.Fixed).ShouldBe((prefix, folder, null));
    }

    [Theory]
    [InlineData("da", "data/sub/", "data")]
    [InlineData("data/", "data/sub/", "sub")]
    [InlineData("data/s", "data/sub/", "sub")]
    public void Of_AboveTheLimit_ShowsTheWayThere(string asked, string limit, string next) =>
        CloudLevel.Of(asked, limit).Fixed!.ShouldHaveSingleItem().ShouldBe(new(next, "DIR", "DIR"));

    [Fact]
    public void Of_BesideTheLimit_ShowsNothing() => CloudLevel.Of("other/", "data/").Fixed.ShouldBe([]);

    [Theory]
    [InlineData("data/a.png", "a.png", "REG")]
    [InlineData("data/sub/b.png", "sub", "DIR")]
    [InlineData("database.png", null, null)]
    public void EntryOf_Key_IsItselfOrItsFolder(string key, string? name, string? type)
    {
        var entry = CloudLevel.Of("data/", "").EntryOf(key);

        (entry?.Name, entry?.Type).ShouldBe((name, type));
    }
}
