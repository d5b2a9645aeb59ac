using System.Net;
using CsCheck;
using CvatServerless.Domain.Outbound;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Outbound;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80e::200e")]
    [InlineData("64:ff9b::8.8.8.8")]
    public void Judge_Public_IsAllowed(string address) => Judge(address).ShouldBe(AddressVerdict.Allowed);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.255.255.255")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::8.8.8.8")] // IPv4-compatible: nobody needs it
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("::ffff:0:8.8.8.8")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b::10.1.2.3")]
    [InlineData("64:ff9b:1::8.8.8.8")]
    [InlineData("2002:7f00:1::1")] // 6to4 of 127.0.0.1
    [InlineData("2002:808:808::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:f5ff:fffe")] // Teredo of 10.0.0.1
    [InlineData("2001:0:808:808::f7f7:f7f7")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("2606:4700::5efe:10.0.0.1")] // ISATAP
    [InlineData("2606:4700::200:5efe:192.168.0.1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    public void Judge_Special_IsRefused(string address) => Judge(address).ShouldBe(AddressVerdict.Refused);

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("169.254.0.1")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("::ffff:0:169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b:1::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("2001:0:808:808::5601:5601")] // Teredo whose client is 169.254.169.254
    [InlineData("2606:4700::5efe:169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("fd00:42::42")]
    public void Judge_Metadata_IsNeverAllowed(string address)
    {
        Judge(address).ShouldBe(AddressVerdict.Never);
        Judge(address, "0.0.0.0/0,::/0").ShouldBe(AddressVerdict.Never);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.0/8", AddressVerdict.Allowed)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.0/8", AddressVerdict.Allowed)]
    [InlineData("64:ff9b::127.0.0.1", "127.0.0.0/8", AddressVerdict.Refused)]
    [InlineData("::1", "127.0.0.0/8", AddressVerdict.Refused)]
    [InlineData("::1", "127.0.0.0/8, ::1", AddressVerdict.Allowed)]
    [InlineData("10.1.2.3", "10.1.0.0/16", AddressVerdict.Allowed)]
    [InlineData("10.2.0.0", "10.1.0.0/16", AddressVerdict.Refused)]
    [InlineData("fd12::5", "fd12::/16", AddressVerdict.Allowed)]
    public void Judge_AllowedRange_IsThatRangeAlone(string address, string allowed, AddressVerdict expected) => Judge(address, allowed).ShouldBe(expected);

    /// <summary>Whatever wraps an IPv4 address is never more than the address itself.</summary>
    [Fact]
    public void Judge_WrappedAddress_IsNeverMoreThanTheInnerOne() => Gen.Byte.Array[4].Sample(inner =>
    {
        var plain = AddressRules.Judge(new IPAddress(inner), []);
        foreach (var wrapped in Wrapped(inner))
        {
            ((int)AddressRules.Judge(new IPAddress(wrapped), [])).ShouldBeGreaterThanOrEqualTo((int)plain);
        }
    });

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("localhost")]
    [InlineData("10.0.0.1/8/8")]
    public void ParseRanges_NoRange_NamesIt(string text) => Should.Throw<FormatException>(() => AddressRules.ParseRanges("10.0.0.0/8," + text)).Message.ShouldContain(text);

    private static IEnumerable<byte[]> Wrapped(byte[] inner)
    {
        byte[] none = new byte[8];
        yield return [.. none, 0, 0, 0xff, 0xff, .. inner];
        yield return [.. none, 0, 0, 0, 0, .. inner];
        yield return [0, 0x64, 0xff, 0x9b, .. none, .. inner];
        yield return [0x20, 0x02, .. inner, .. none, 0, 1];
        yield return [0x20, 0x01, 0, 0, .. inner, .. none];
        yield return [0x20, 0x01, 0, 0, 8, 8, 8, 8, 0, 0, 0, 0, .. inner.Select(one => (byte)~one)];
        yield return [0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0x5e, 0xfe, .. inner];
    }

    private static AddressVerdict Judge(string address, string allowed = "") => AddressRules.Judge(IPAddress.Parse(address), AddressRules.ParseRanges(allowed));
}
