using System.Globalization;
using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class ThrottlingApiTests
{
    [Fact]
    public async Task Anonymous_TooManyCalls_Are429ButNotTheClientsStartNorPages()
    {
        await using var server = await OwnServer.StartAsync("ANONYMOUS_PER_MINUTE=5", "CLIENT_ADDRESS_HEADER=X-Real-IP");
        for (var i = 0; i < 5; i++)
        {
            (await server.Anonymous.GetAsync("/api/users/self")).Status.ShouldBe(401);
        }

        var over = await server.Anonymous.GetAsync("/api/users/self");

        over.Status.ShouldBe(429);
        int.Parse(over.Headers["Retry-After"], CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        over.Text.ShouldStartWith("""{"detail":"Request was throttled. Expected available in """);
        (await server.As(new("Bearer", "wrong")).GetAsync("/api/tasks")).Status.ShouldBe(429);
        (await server.Anonymous.GetAsync("/api/server/about")).Status.ShouldBe(200);
        (await server.Anonymous.GetAsync("/api/server/health")).Status.ShouldBe(200);
        (await server.Anonymous.GetAsync("/index.html")).Status.ShouldBe(404); // no web app here, but no limit either
        (await server.Admin.GetAsync("/api/users/self")).Status.ShouldBe(200);
        (await server.Anonymous.SendAsync(HttpMethod.Get, "/api/users/self", null, ("X-Real-IP", "203.0.113.7"))).Status.ShouldBe(401);
    }
}
