using CvatServerless.Domain.Outbound;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Outbound;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.Outbound;

/// <summary>What the vendors' SDKs are given, on aliases of the loopback interface.</summary>
public sealed class StorageHttpTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly OutboundHttp _outbound;

    public StorageHttpTests() => _outbound = new OutboundHttp(AddressRules.ParseRanges("127.0.0.2"), _time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _outbound.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_AllowedAddress_GivesTheBodyWithItsHeaders(bool streams)
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => ScriptedReceiver.Ok("hello"));
        using var client = StorageHttp.Client(_outbound, streams, _time);

        using var answer = await client.GetAsync(receiver.Url, HttpCompletionOption.ResponseHeadersRead, Ct);

        (await answer.Content.ReadAsStringAsync(Ct), answer.Content.Headers.ContentLength).ShouldBe(("hello", 5));
    }

    [Fact]
    public async Task Send_OtherAddress_IsRefusedAsItself()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.4", _ => ScriptedReceiver.Ok("secret"));
        using var client = StorageHttp.Client(_outbound, streams: true, _time);

        (await Should.ThrowAsync<OutboundException>(() => client.GetAsync(receiver.Url, Ct))).Failure.ShouldBe(OutboundFailure.Refused);
        receiver.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_ServerSaysNothing_EndsInTime()
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => "", keepOpen: true);
        using var client = StorageHttp.Client(_outbound, streams: true, _time);

        await TimesOutAsync(client.GetAsync(receiver.Url, Ct));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_ThatStalls_EndsInTime(bool streams)
    {
        await using var receiver = new ScriptedReceiver("127.0.0.2", _ => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", keepOpen: true);
        using var client = StorageHttp.Client(_outbound, streams, _time);

        await TimesOutAsync(client.GetStringAsync(receiver.Url, Ct));
    }

    private async Task TimesOutAsync(Task call)
    {
        while (!call.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        (await Should.ThrowAsync<OutboundException>(() => call)).Failure.ShouldBe(OutboundFailure.TimedOut);
    }
}
