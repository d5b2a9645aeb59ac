using CvatServerless.Functions.Http.OpenId;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Http.OpenId;

public sealed class OpenIdOptionsTests
{
    [Fact]
    public void From_Nothing_IsOff() => OpenIdOptions.From(_ => null).ShouldBeNull();

    [Fact]
    public void From_Authority_IsTheIssuerToo()
    {
        var options = Read(("OIDC_AUTHORITY", "https://login.microsoftonline.com/t/v2.0/"), ("OIDC_AUDIENCE", "id"))!;

        (options.Authority, options.Issuer, options.DefaultGroup).ShouldBe(("https://login.microsoftonline.com/t/v2.0", "https://login.microsoftonline.com/t/v2.0", "user"));
    }

    [Theory]
    [InlineData("OIDC_AUTHORITY", "http://login.example.test")]
    [InlineData("OIDC_AUTHORITY", "login.example.test")]
    [InlineData("OIDC_DEFAULT_GROUP", "admin")]
    [InlineData("OIDC_ROLES", "Admin=king")]
    [InlineData("OIDC_ROLES", "Admin")]
    public void From_Wrong_NamesTheSetting(string name, string value) =>
        Should.Throw<InvalidOperationException>(() => Read(("OIDC_AUTHORITY", "https://a.test"), ("OIDC_AUDIENCE", "id"), (name, value))).Message.ShouldContain(name);

    [Theory]
    [InlineData("Admin", "user", "admin")]
    [InlineData("x=y", "user", "worker")]
    [InlineData("Nothing", "worker", "worker")]
    [InlineData("Nothing", "none", "")]
    public void GroupsOf_Role_IsMapped(string role, string defaultGroup, string expected) =>
        string.Join(',', RoleMap.Parse("Admin=admin, x=y=worker").GroupsOf([role], defaultGroup)).ShouldBe(expected);

    private static OpenIdOptions? Read(params (string Name, string Value)[] settings) =>
        OpenIdOptions.From(name => settings.LastOrDefault(setting => setting.Name == name).Value);
}
