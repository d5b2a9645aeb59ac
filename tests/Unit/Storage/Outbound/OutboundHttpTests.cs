using System.Net;
using CvatServerless.Domain.Outbound;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Outbound;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.Outbound;

/// <summary>The client itself; everything that is sent goes to aliases of the loopback interface.</summary>
public sealed class OutboundHttpTests : IDisposable
{
    private const string Allowed = "127.0.0.2,127.0.0.3";
    private readonly List<OutboundHttp> _clients = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    [Fact]
    public async Task Send_AllowedAddress_AnswersWithBytesAndHeaders()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Ok("hello"));

        await using var response = await Client().SendAsync(Get(receiver.Url) with { Headers = [new("Range", "bytes=0-4")] }, Ct);

        (response.Status, await TextOf(response)).ShouldBe((200, "hello"));
        receiver.Requests.ShouldHaveSingleItem().ShouldContain("Range: bytes=0-4");
    }

    [Theory]
    [InlineData("http://127.0.0.4:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://localhost.:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.1:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://0.0.0.0:{0}/")]
    [InlineData("http://user:secret@127.0.0.2:{0}/")]
    [InlineData("ftp://127.0.0.2:{0}/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.2:{0}/")]
    public async Task Send_OtherAddressOrScheme_IsRefusedBeforeAnythingIsSent(string url)
    {
        await using var receiver = new ScriptedReceiver("0.0.0.0", _ => ScriptedReceiver.Ok("secret"));

        var error = await Should.ThrowAsync<OutboundException>(() => Client().SendAsync(Get(string.Format(null, url, receiver.Port)), Ct));

        // Not every resolver knows "localhost." with its dot.
        error.Failure.ShouldBeOneOf(OutboundFailure.Refused, url.Contains("localhost.") ? OutboundFailure.Unreachable : OutboundFailure.Refused);
        receiver.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_RedirectToRefusedAddress_IsRefused()
    {
        await using var inner = new ScriptedReceiver("127.0.0.4", _ => ScriptedReceiver.Ok("secret"));
        await using var outer = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Redirect(inner.Url));

        var error = await Should.ThrowAsync<OutboundException>(() => Client().SendAsync(Get(outer.Url) with { MaxRedirects = 5 }, Ct));

        error.Failure.ShouldBe(OutboundFailure.Refused);
        inner.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user@127.0.0.3/")]
    [InlineData("http://")]
    public async Task Send_RedirectToOtherScheme_Fails(string target)
    {
        await using var outer = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Redirect(target));

        var error = await Should.ThrowAsync<OutboundException>(() => Client().SendAsync(Get(outer.Url) with { MaxRedirects = 5 }, Ct));

        error.Failure.ShouldBeOneOf(OutboundFailure.Refused, OutboundFailure.BadRedirect);
    }

    [Fact]
    public async Task Send_RedirectToOtherOrigin_LosesTheCredentials()
    {
        await using var inner = new ScriptedReceiver("127.0.0.3", _ => ScriptedReceiver.Ok("there"));
        await using var outer = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Redirect(inner.Url + "/x"));

        await using var response = await Client().SendAsync(Get(outer.Url) with { MaxRedirects = 5, Headers = [new("Authorization", "Bearer t"), new("Range", "bytes=1-")] }, Ct);

        (await TextOf(response)).ShouldBe("there");
        outer.Requests.ShouldHaveSingleItem().ShouldContain("Authorization");
        inner.Requests.ShouldHaveSingleItem().ShouldNotContain("Authorization");
        inner.Requests[0].ShouldContain("Range");
    }

    [Fact]
    public async Task Send_EndlessRedirects_EndAfterFive()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Redirect("/again"));

        var error = await Should.ThrowAsync<OutboundException>(() => Client().SendAsync(Get(receiver.Url) with { MaxRedirects = 50 }, Ct));

        (error.Failure, receiver.Requests.Count).ShouldBe((OutboundFailure.BadRedirect, 6));
    }

    [Fact]
    public async Task Send_NoRedirectsWanted_GivesTheRedirect()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Redirect("http://127.0.0.4/"));

        await using var response = await Client().SendAsync(Get(receiver.Url), Ct);

        response.Status.ShouldBe(302);
    }

    /// <summary>The first answer of the name server passes the check, the next one would not: the socket goes to the address that was checked.</summary>
    [Fact]
    public async Task Send_NameThatChangesItsAddress_GoesToTheCheckedOne()
    {
        await using var harmless = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Ok("public"));
        var lookups = 0;
        var client = Client((_, _) => Task.FromResult(new[] { IPAddress.Parse(lookups++ == 0 ? "127.0.0.2" : "127.0.0.4") }));

        await using var response = await client.SendAsync(Get($"http://rebinding.test:{harmless.Port}/"), Ct);

        (await TextOf(response), lookups).ShouldBe(("public", 1));
        (await Should.ThrowAsync<OutboundException>(() => client.SendAsync(Get($"http://rebinding.test:{harmless.Port}/"), Ct))).Failure.ShouldBe(OutboundFailure.Refused);
    }

    [Fact]
    public async Task Send_NameWithGoodAndBadAddresses_UsesTheGoodOnes()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Ok("good"));
        var client = Client((_, _) => Task.FromResult(new[] { IPAddress.Parse("169.254.169.254"), IPAddress.Loopback, IPAddress.Parse("127.0.0.2") }));

        await using var response = await client.SendAsync(Get($"http://mixed.test:{receiver.Port}/"), Ct);

        (await TextOf(response)).ShouldBe("good");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    public async Task Body_LongerThanWanted_IsCutOff(string head)
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => head + new string('x', 2000));

        var error = await Should.ThrowAsync<OutboundException>(async () =>
        {
            await using var response = await Client().SendAsync(Get(receiver.Url) with { MaxBytes = 1000 }, Ct);
            await TextOf(response);
        });

        error.Failure.ShouldBe(OutboundFailure.TooLarge);
    }

    [Fact]
    public async Task Send_NoAnswer_TimesOut()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => "", keepOpen: true);

        var error = await Should.ThrowAsync<OutboundException>(() => Client().SendAsync(Get(receiver.Url) with { Timeout = TimeSpan.FromMilliseconds(200) }, Ct));

        error.Failure.ShouldBe(OutboundFailure.TimedOut);
    }

    [Fact]
    public async Task Body_ThatStalls_TimesOut()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", keepOpen: true);
        await using var response = await Client().SendAsync(Get(receiver.Url) with { IdleTimeout = TimeSpan.FromMilliseconds(200) }, Ct);

        (await Should.ThrowAsync<OutboundException>(() => TextOf(response))).Failure.ShouldBe(OutboundFailure.TimedOut);
    }

    [Fact]
    public async Task Send_NobodyListens_IsUnreachable()
    {
        var receiver = new ScriptedReceiver("127.0.0.2", _ => "");
        await receiver.DisposeAsync();

        (await Should.ThrowAsync<OutboundException>(() => Client().SendAsync(Get($"http://127.0.0.2:{receiver.Port}/"), Ct))).Failure.ShouldBe(OutboundFailure.Unreachable);
    }

    private static OutboundRequest Get(string url) => new("GET", new Uri(url)) { MaxBytes = 1 << 20 };

    private static async Task<string> TextOf(OutboundResponse response)
    {
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync(Ct);
    }

    private OutboundHttp Client(HostLookup? lookup = null)
    {
        var client = new OutboundHttp(AddressRules.ParseRanges(Allowed), TimeProvider.System, lookup ?? Dns.GetHostAddressesAsync);
        _clients.Add(client);
        return client;
    }
}
