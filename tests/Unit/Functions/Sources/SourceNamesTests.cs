using CvatServerless.Functions.Sources;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Sources;

public sealed class SourceNamesTests
{
    [Theory]
    [InlineData("photos/1.jpg", true)]
    [InlineData("ä b/1 & 2.jpg", true)]
    [InlineData("a/..jpg", true)]
    [InlineData("/photos/1.jpg", false)]
    [InlineData("C:x.png", false)]
    [InlineData("a/../b.png", false)]
    [InlineData("a\\b.png", false)]
    [InlineData("a//b.png", false)]
    [InlineData(".png", false)]
    [InlineData("a\t.png", false)]
    public void IsUsable_WhatAManifestCanName(string path, bool expected) => SourceNames.IsUsable(path).ShouldBe(expected);
}
