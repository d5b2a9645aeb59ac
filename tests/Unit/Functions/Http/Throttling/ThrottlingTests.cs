using System.Net;
using CsCheck;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Http.Throttling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Http.Throttling;

public sealed class ThrottlingTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Anonymous_WithinAnyMinute_AtMostTheLimitPasses() =>
        Gen.Int[0, 3000].Array[1, 60].Sample(
            gaps =>
            {
                var time = new FakeTimeProvider(_time.GetUtcNow()); // samples run side by side
                var throttle = new AnonymousThrottle(new ServerOptions { AnonymousPerMinute = 7 }, time);
                var passed = new List<DateTimeOffset>();
                foreach (var gap in gaps)
                {
                    time.Advance(TimeSpan.FromMilliseconds(gap * 10));
                    if (Passes(throttle, "203.0.113.1"))
                    {
                        passed.Add(time.GetUtcNow());
                    }
                }

                passed.ShouldAllBe(at => passed.Count(other => other <= at && at - other < TimeSpan.FromMinutes(1)) <= 7);
            },
            seed: "0N0XIzNsQ0O2",
            iter: 200);

    [Fact]
    public void Anonymous_AfterRetryAfter_Passes()
    {
        var throttle = new AnonymousThrottle(new ServerOptions { AnonymousPerMinute = 2 }, _time);
        Passes(throttle, "203.0.113.1").ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(20.5));
        Passes(throttle, "203.0.113.1").ShouldBeTrue();
        var http = From("203.0.113.1");
        Should.Throw<CvatException>(() => throttle.Charge(http)).Kind.ShouldBe(ErrorKind.Throttled);
        http.Response.Headers.RetryAfter.ToString().ShouldBe("40");
        Passes(throttle, "203.0.113.2").ShouldBeTrue();

        _time.Advance(TimeSpan.FromSeconds(40));

        Passes(throttle, "203.0.113.1").ShouldBeTrue();
        Passes(throttle, "203.0.113.1").ShouldBeFalse();
    }

    [Fact]
    public void RecentKeys_TooMany_ForgetTheLongestUnused()
    {
        var keys = new RecentKeys<string>(2);
        keys.GetOrAdd("a", () => "1");
        keys.GetOrAdd("b", () => "2");
        keys.Find("a");

        keys.GetOrAdd("c", () => "3");

        (keys.Count, keys.Find("a"), keys.Find("b"), keys.Find("c")).ShouldBe((2, "1", null, "3"));
    }

    [Theory]
    [InlineData(null, "9.9.9.9", "203.0.113.1")]
    [InlineData("X-Real-IP", "9.9.9.9", "9.9.9.9")]
    [InlineData("X-Real-IP", "6.6.6.6, 9.9.9.9:443", "9.9.9.9")]
    [InlineData("X-Real-IP", "nonsense", "203.0.113.1")]
    [InlineData("X-Real-IP", "2001:db8:1:2:3:4:5:6", "20010DB800010002")]
    [InlineData("X-Real-IP", "::ffff:9.9.9.9", "9.9.9.9")]
    public void ClientAddress_Header_CountsWhereItIsTrusted(string? trusted, string value, string expected)
    {
        var http = From("203.0.113.1");
        http.Request.Headers["X-Real-IP"] = value;

        ClientAddress.KeyOf(http, trusted).ShouldBe(expected);
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private static bool Passes(AnonymousThrottle throttle, string address)
    {
        try
        {
            throttle.Charge(From(address));
            return true;
        }
        catch (CvatException)
        {
            return false;
        }
    }
}
