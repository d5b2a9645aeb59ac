using CvatServerless.Domain.Sources;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Sources;

public sealed class FilePatternTests
{
    // As Python's fnmatch.fnmatchcase answers.
    [Theory]
    [InlineData("*.png", "a.png", true)]
    [InlineData("*.png", "a/b/c.png", true)]
    [InlineData("*.png", "a.PNG", false)]
    [InlineData("*.png", "a.png.txt", false)]
    [InlineData("*.png", "a\nb.png", true)]
    [InlineData("a/*", "a/", true)]
    [InlineData("a/*", "b/a/c", false)]
    [InlineData("?.png", "/.png", true)]
    [InlineData("?.png", "10.png", false)]
    [InlineData("[0-2].png", "1.png", true)]
    [InlineData("[0-2].png", "3.png", false)]
    [InlineData("[!0-2].png", "3.png", true)]
    [InlineData("[!0-2].png", "1.png", false)]
    [InlineData("[]].png", "].png", true)]
    [InlineData("[!]].png", "].png", false)]
    [InlineData("[a-].png", "-.png", true)]
    [InlineData("[^a].png", "^.png", true)]
    [InlineData("[^a].png", "b.png", false)]
    [InlineData("[2-0].png", "1.png", false)]
    [InlineData("[!2-0].png", "1.png", true)]
    [InlineData("[a.png", "[a.png", true)]
    [InlineData("[]", "[]", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a+(b)|c$", "a+(b)|c$", true)]
    [InlineData("[\\d].png", "1.png", false)]
    [InlineData("ä*", "äöü", true)]
    [InlineData("*", "", true)]
    public void Matches_Path_AsPythonDoes(string pattern, string path, bool expected) => FilePattern.Parse(pattern).Matches(path).ShouldBe(expected);

    [Theory]
    [InlineData("a/b*.png", "a/b")]
    [InlineData("a/b", "a/b")]
    [InlineData("*", "")]
    [InlineData("x[12]", "x")]
    public void LiteralPrefix_IsWhatEveryMatchBeginsWith(string pattern, string prefix) => FilePattern.Parse(pattern).LiteralPrefix.ShouldBe(prefix);

    [Fact]
    public void Matches_HostilePattern_TakesNoLonger() =>
        FilePattern.Parse(string.Concat(Enumerable.Repeat("*a", 200))).Matches(new string('a', 1000) + "b").ShouldBeFalse();
}
