using CvatServerless.Domain.CloudStorages;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.CloudStorages;

public sealed class CloudAttributesTests
{
    [Theory]
    [InlineData("", null, null, null)]
    [InlineData("region=eu-west-1&endpoint_url=http%3A%2F%2Fminio%3A9000&prefix=data%2F", "eu-west-1", "http://minio:9000", "data/")]
    [InlineData("region=&prefix=a+b%20c", null, null, "a b c")]
    [InlineData("unknown=1&region=x", "x", null, null)]
    public void Parse_QueryString_IsDecodedAndBlanksAreDropped(string text, string? region, string? endpoint, string? prefix) =>
        CloudAttributes.Parse(text).ShouldBe(new CloudAttributes(region, endpoint, prefix, null, null));

    [Theory]
    [InlineData("region")]
    [InlineData("region=a=b")]
    [InlineData("prefix=%2Fa")]
    [InlineData("prefix=a%2F%2Fb")]
    public void Parse_Malformed_IsRefused(string text) => Should.Throw<FormatException>(() => CloudAttributes.Parse(text));

    [Theory]
    [InlineData("a/b c/ü+%.png", true)]
    [InlineData("a..b/c...png", true)]
    [InlineData("100%25.png", true)]
    [InlineData("", false)]
    [InlineData("/a", false)]
    [InlineData("a/../b", false)]
    [InlineData("./a", false)]
    [InlineData("a\\..\\b", false)]
    [InlineData("%2e%2e/b", false)]
    [InlineData("%2Fetc", false)]
    [InlineData("a\nb", false)]
    public void IsSafe_Key_StaysBelowTheTop(string key, bool expected) => CloudKeys.IsSafe(key).ShouldBe(expected);

    [Fact]
    public void IsSafe_LongKey_IsCountedInBytes() =>
        (CloudKeys.IsSafe(new string('ü', 512)), CloudKeys.IsSafe(new string('ü', 513))).ShouldBe((true, false));

    [Fact]
    public void Credentials_InATemplateOrLog_SayNothing() =>
        $"{new CloudCredentials { Fields = new Dictionary<string, string> { ["key"] = "hush" } }}".ShouldBe("1 fields");
}
