using System.Diagnostics;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Share;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.Share;

/// <summary>A folder with everything that may lie on a share, beside a secret that must not be reached.</summary>
public sealed class ConnectedShareTests : IDisposable
{
    private readonly DirectoryInfo _top = Directory.CreateTempSubdirectory("cvatserverless-share-");
    private readonly ConnectedShare _share;

    public ConnectedShareTests()
    {
        var root = _top.CreateSubdirectory("root").FullName;
        Directory.CreateDirectory(Path.Combine(root, "a", "b"));
        File.WriteAllText(Path.Combine(root, "a", "b", "1.png"), "one");
        File.WriteAllText(Path.Combine(root, "a", "2.png"), "two");
        File.WriteAllText(Path.Combine(_top.FullName, "secret"), "secret");
        Link("inside", "a/b/1.png");
        Link("folder", "a");
        Link("absolute", Path.Combine(root, "a", "2.png"));
        Link("a/b/up", "../2.png");
        Link("out", "../secret");
        Link("outAbsolute", Path.Combine(_top.FullName, "secret"));
        Link("top", "..");
        Link("sly", "a/../../secret");
        Link("slyAbsolute", root + "/../secret");
        Link("device", "/dev/zero");
        Link("loop", "loop");
        Link("broken", "nothing");
        Process.Start("mkfifo", Path.Combine(root, "pipe")).WaitForExit();
        _share = new ConnectedShare(root);

        void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(root, name), target);
    }

    [Theory]
    [InlineData("a/b/1.png", "one")]
    [InlineData("/a//b/./1.png", "one")]
    [InlineData("inside", "one")]
    [InlineData("folder/b/1.png", "one")]
    [InlineData("absolute", "two")]
    [InlineData("folder/b/up", "two")]
    public void OpenRead_FileInside_GivesIt(string path, string content)
    {
        using var reader = new StreamReader(_share.OpenRead(path));

        reader.ReadToEnd().ShouldBe(content);
    }

    [Theory]
    [InlineData("../secret", "leads out")]
    [InlineData("a/../../secret", "leads out")]
    [InlineData("a/..", "leads out")]
    [InlineData("out", "leads out")]
    [InlineData("outAbsolute", "leads out")]
    [InlineData("top/secret", "leads out")]
    [InlineData("top", "leads out")]
    [InlineData("sly", "leads out")]
    [InlineData("slyAbsolute", "leads out")]
    [InlineData("device", "leads out")]
    [InlineData("a\0b", "leads out")]
    [InlineData("loop", "can't be followed")]
    [InlineData("pipe", "devices, sockets and pipes")]
    public void AnyCall_WhatLeadsOutOrIsNoFile_IsRefused(string path, string words)
    {
        Should.Throw<FileShareException>(() => _share.Find(path)).Message.ShouldContain(words);
        Should.Throw<FileShareException>(() => _share.OpenRead(path)).Message.ShouldNotContain(_top.FullName);
        Should.Throw<FileShareException>(() => _share.List(path));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("broken")]
    [InlineData("a/2.png/x")]
    public void Find_Nothing_IsNull(string path)
    {
        _share.Find(path).ShouldBeNull();
        Should.Throw<FileShareException>(() => _share.OpenRead(path)).Message.ShouldContain("There is no file");
    }

    [Fact]
    public void List_Root_ShowsWhatCanBeUsed() => _share.List("").ShouldBe(
    [
        new("a", true, 0), new("absolute", false, 3, IsLink: true), new("folder", true, 0, IsLink: true), new("inside", false, 3, IsLink: true),
    ]);

    [Fact]
    public void List_Folder_NamesPathsFromTheRoot() => _share.List("/a/").ShouldBe([new("a/2.png", false, 3), new("a/b", true, 0)]);

    [Theory]
    [InlineData("a/2.png")]
    [InlineData("nothing")]
    public void List_NoFolder_IsRefused(string path) => Should.Throw<FileShareException>(() => _share.List(path)).Message.ShouldContain("no folder");

    [Fact]
    public void Share_BehindALink_IsItsTarget()
    {
        var alias = Path.Combine(_top.FullName, "alias");
        Directory.CreateSymbolicLink(alias, "root");

        new ConnectedShare(alias).Find("absolute").ShouldBe(new ShareEntry("absolute", false, 3));
    }

    [Fact]
    public void NoShare_GivesNothing()
    {
        var none = new ConnectedShare(null);

        none.IsConnected.ShouldBeFalse();
        Should.Throw<FileShareException>(() => none.List("")).Message.ShouldContain("No share");
        Should.Throw<DirectoryNotFoundException>(() => new ConnectedShare(Path.Combine(_top.FullName, "nothing")));
    }

    public void Dispose() => _top.Delete(recursive: true);
}
