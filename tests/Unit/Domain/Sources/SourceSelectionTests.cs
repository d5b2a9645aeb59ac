using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Sources;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Sources;

public sealed class SourceSelectionTests
{
    private static readonly string[] Keys = ["d/b.png", "d/a.png", "d/e/c.png", "d/e/f/g.png"];

    [Theory]
    [InlineData("d/m.jsonl", "", null, "d/b.png d/a.png d/e/c.png d/e/f/g.png")]
    [InlineData("d/m.jsonl", "d/e/", null, "d/b.png d/a.png")]
    [InlineData("d/m.jsonl", "d/a.png d/e/f/", null, "d/b.png d/e/c.png")]
    [InlineData("d/m.jsonl d/a.png", "", null, "d/a.png")]
    [InlineData("d/m.jsonl d/e/ d/b.png", "", null, "d/b.png d/e/c.png d/e/f/g.png")]
    [InlineData("d/m.jsonl d/e/", "d/e/f/", null, "d/e/c.png")]
    [InlineData("d/m.jsonl", "", "d/*/?.png", "d/e/c.png d/e/f/g.png")]
    [InlineData("d/m.jsonl", "", "*", "d/b.png d/a.png d/e/c.png d/e/f/g.png")]
    [InlineData("d/m.jsonl", "", "*.jpg", "")]
    public void Choose_FromManifest_WhatIsMeant(string files, string excluded, string? pattern, string expected) =>
        string.Join(' ', Of(files, excluded, pattern).Choose(Keys)).ShouldBe(expected);

    [Theory]
    [InlineData("d/m.jsonl x.png", "no intersection")]
    [InlineData("d/m.jsonl x/", "no intersection")]
    [InlineData("d/m.jsonl d/a.png x.png y/", "does not have 'x.png', 'y/'")]
    [InlineData("d/m.jsonl d/a.png 1 2 3 4 5 6 7", "'5' and 2 more")]
    public void Choose_SomethingElse_IsNamed(string files, string words) =>
        Should.Throw<CvatException>(() => Of(files).Choose(Keys)).Message.ShouldContain(words);

    [Fact]
    public void Of_Paths_LoseTheirFirstSlashAndRepetitions()
    {
        var selection = Of("/a/b.png a/b.png /m.jsonl //c/");

        selection.Paths.ShouldBe(["a/b.png", "c/"]);
        selection.Manifest.ShouldBe("m.jsonl");
    }

    [Theory]
    [InlineData("a.jsonl b.JSONL", "Only one manifest")]
    [InlineData("a/../../b.png", "leave its root")]
    [InlineData("..", "leave its root")]
    public void Of_WhatCannotBe_IsRefused(string files, string words) => Should.Throw<CvatException>(() => Of(files)).Message.ShouldContain(words);

    [Theory]
    [InlineData("a.png", true)]
    [InlineData("a.png2", false)]
    [InlineData("x/a.png", false)]
    [InlineData("d/1.png", true)]
    [InlineData("d/e/1.png", true)]
    [InlineData("d", false)]
    [InlineData("dd/1.png", false)]
    [InlineData("f", true)]
    [InlineData("f/1.png", false)]
    public void IsExcluded_ExactPathOrFolderWithSlash(string path, bool expected) => Of("", "a.png /d/ f").IsExcluded(path).ShouldBe(expected);

    [Theory]
    [InlineData("a a/b", "a/b")]
    [InlineData("a/ a/b/ a/b/c.png", "a/b/c.png")]
    [InlineData("a/ ab/c", "a/ ab/c")]
    [InlineData("a/x a/y", "a/x a/y")]
    public void WithoutParents_FoldersOfWhatIsListed_Go(string paths, string expected) =>
        string.Join(' ', SourceSelection.WithoutParents(paths.Split(' '))).ShouldBe(expected);

    [Theory]
    [InlineData("m.jsonl", "a.png", "a.png")]
    [InlineData("x/y/m.jsonl", "a/b.png", "x/y/a/b.png")]
    public void KeyOf_IsRelativeToTheManifest(string manifest, string name, string key) => SourceSelection.KeyOf(manifest, name).ShouldBe(key);

    private static SourceSelection Of(string files, string excluded = "", string? pattern = null) => SourceSelection.Of(new DataParameters
    {
        ServerFiles = files.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ServerFilesExclude = excluded.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        FilenamePattern = pattern,
    });
}
