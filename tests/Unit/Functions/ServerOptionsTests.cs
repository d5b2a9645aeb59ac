using CvatServerless.Functions.Http;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions;

public sealed class ServerOptionsTests
{
    [Fact]
    public void From_Nothing_IsTheDefaults() => Read().ShouldBe(new ServerOptions());

    [Theory]
    [InlineData("REGISTRATION", "maybe")]
    [InlineData("SESSION_DAYS", "0")]
    [InlineData("MAX_JSON_MIB", "x")]
    [InlineData("CACHE_GIB", "0")]
    [InlineData("PUBLIC_URL", "ftp://host")]
    [InlineData("OUTBOUND_ALLOW", "10.0.0.0/33")]
    [InlineData("SHARE", "/")]
    [InlineData("SHARE", ".")]
    [InlineData("REMOTE_FILE_MIB", "0")]
    public void From_OutOfRange_NamesTheSetting(string name, string value) =>
        Should.Throw<InvalidOperationException>(() => Read((name, value))).Message.ShouldContain("CVATSERVERLESS_" + name);

    [Fact]
    public void From_Values_AreRead()
    {
        var options = Read(("REGISTRATION", "open"), ("PUBLIC_URL", "https://cvat.test/"), ("SESSION_DAYS", "3"));

        (options.RegistrationOpen, options.PublicUrl, options.SessionDays).ShouldBe((true, "https://cvat.test", 3));
    }

    private static ServerOptions Read(params (string Name, string Value)[] settings) =>
        ServerOptions.From(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("CVATSERVERLESS_" + setting.Name, (string?)setting.Value))).Build());
}
