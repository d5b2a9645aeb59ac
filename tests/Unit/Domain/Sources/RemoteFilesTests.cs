using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Sources;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Sources;

public sealed class RemoteFilesTests
{
    [Theory]
    [InlineData("http://h/a.png", true)]
    [InlineData("HTTPS://h:8443/a/b.png?x=1#y", true)]
    [InlineData("ftp://h/a.png", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("http://me@h/a.png", false)]
    [InlineData("//h/a.png", false)]
    [InlineData("a.png", false)]
    [InlineData("http:///a.png", false)]
    [InlineData("javascript:alert(1)", false)]
    public void IsUrl_HttpWithoutCredentials(string text, bool expected) => RemoteFiles.IsUrl(text).ShouldBe(expected);

    [Theory]
    [InlineData("http://h/a/b.png", "b.png")]
    [InlineData("http://h/b.png?name=c.png", "b.png")]
    [InlineData("http://h/a%20b.png", "a b.png")]
    [InlineData("http://h/a%2Fb.png", "b.png")]
    [InlineData("http://h/%2e%2e%5cx.png", "x.png")]
    [InlineData("http://h/ä.png", "ä.png")]
    public void Named_IsTheLastPartOfThePath(string url, string name) => RemoteFiles.Named([url]).ShouldBe([(name, url)]);

    [Theory]
    [InlineData("http://h/")]
    [InlineData("http://h/a/")]
    [InlineData("http://h/a/%2E%2E%2F..")]
    public void Named_NoName_IsRefusedByUrl(string url) => Should.Throw<CvatException>(() => RemoteFiles.Named([url])).Message.ShouldContain(url);

    [Theory]
    [InlineData("http://h/a%20b.png", "http://h/a%20b.png")]
    [InlineData("https://h:8443/a.png?sig=hush#hush", "https://h:8443/a.png")]
    [InlineData("http://h/a.png#hush?x", "http://h/a.png")]
    [InlineData("http://me:hush@h/a.png?sig=hush", "http://h/a.png")]
    public void Shown_HasNothingSecret(string url, string shown) => RemoteFiles.Shown(url).ShouldBe(shown);

    [Fact]
    public void Named_SameNames_AreRefused() =>
        Should.Throw<CvatException>(() => RemoteFiles.Named(["http://h/1/a.png", "http://h/b.png", "http://h/2/a.png"])).Message.ShouldContain("same name 'a.png'");
}
