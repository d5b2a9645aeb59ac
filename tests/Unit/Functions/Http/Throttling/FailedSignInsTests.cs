using System.Globalization;
using System.Net;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Http.Throttling;
using CvatServerless.Functions.Timers;
using CvatServerless.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Http.Throttling;

/// <summary>Wrong passwords on a fake clock and the real store.</summary>
public sealed class FailedSignInsTests : IAsyncDisposable
{
    private const string Address = "203.0.113.1";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cvatserverless-signins-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services;

    public FailedSignInsTests() => _services = new ServiceCollection()
        .AddSingleton<TimeProvider>(_time).AddStorage(new StorageOptions { DataDirectory = _data.FullName }).BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ISignInFailures Store => _services.GetRequiredService<ISignInFailures>();

    [Fact]
    public async Task TryAsync_AfterFive_WaitsTwiceAsLongEachTime()
    {
        await FailAsync(times: 5);

        foreach (var expected in new[] { "1", "2", "4", "8" })
        {
            (await WaitAsync("ANN")).ShouldBe(expected);
            _time.Advance(TimeSpan.FromSeconds(int.Parse(expected, CultureInfo.InvariantCulture)));
            await FailAsync(times: 1);
        }

        (await TryAsync("ann", "203.0.113.2", isRight: true)).ShouldBeTrue();
        (await TryAsync("bob", Address, isRight: false)).ShouldBeFalse();
    }

    [Fact]
    public async Task TryAsync_OnceBlocked_LetsInOneAtATimeOverAllProcesses()
    {
        await FailAsync(times: 5);
        _time.Advance(TimeSpan.FromSeconds(1));

        using var refused = new CountdownEvent(7);
        var decided = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await TryAsync("ann", Address, () => refused.Wait(TimeSpan.FromMinutes(1), Ct));
            }
            catch (CvatException e) when (e.Kind == ErrorKind.Throttled)
            {
                refused.Signal();
                return false;
            }
        })));

        decided.Count(isIn => isIn).ShouldBe(1);
        await FailAsync(times: 5);
        (await WaitAsync("ann")).ShouldBe("1");
    }

    [Fact]
    public async Task TryAsync_ManyWrongAtOnceInManyProcesses_AreAllCounted()
    {
        using var together = new Barrier(10);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Factory.StartNew(
            () => TryAsync("ann", Address, () => !together.SignalAndWait(TimeSpan.FromMinutes(1), Ct)), Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        (await WaitAsync("ann")).ShouldBe("32");
    }

    [Fact]
    public async Task TryAsync_ManyAtOnceInOneProcess_AreFiveAtMost()
    {
        using var process = new FailedSignIns(Store, new ServerOptions(), _time);
        var checks = 0;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                await process.TryAsync(From(Address), null, "ann", () => Interlocked.Increment(ref checks) == 0, Ct);
            }
            catch (CvatException e) when (e.Kind == ErrorKind.Throttled)
            {
                // Its turn came later.
            }
        })));

        checks.ShouldBe(5);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public async Task Memory_OfFailures_EndsAfterHalfAnHour(int minutes, bool isRemembered)
    {
        await FailAsync(times: 5);
        _time.Advance(TimeSpan.FromMinutes(minutes));

        await TryAsync("ann", Address, isRight: false);

        (await CountAsync()).ShouldBe(isRemembered ? 6 : 1);
    }

    [Fact]
    public async Task Purge_Hourly_ForgetsWhatCountsNoMore()
    {
        await FailAsync(times: 1);
        _time.Advance(TimeSpan.FromMinutes(20));
        await TryAsync("bob", Address, isRight: false);
        _time.Advance(TimeSpan.FromMinutes(20));

        await new PurgeSignIns(Store, _time).Run(new(), Ct);

        (await CountAsync()).ShouldBe(0);
        (await CountAsync("bob")).ShouldBe(1);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(12, 128)]
    [InlineData(13, 256)]
    [InlineData(14, 300)]
    [InlineData(int.MaxValue, 300)]
    public void WaitAfter_Count_DoublesUpToFiveMinutes(int count, int seconds) => FailedSignIns.WaitAfter(count).TotalSeconds.ShouldBe(seconds);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    // Every call from a process of its own.
    private async Task<bool> TryAsync(string name, string address, Func<bool> isRight)
    {
        using var process = new FailedSignIns(Store, new ServerOptions(), _time);
        return await process.TryAsync(From(address), null, name, isRight, Ct);
    }

    private Task<bool> TryAsync(string name, string address, bool isRight) => TryAsync(name, address, () => isRight);

    private async Task FailAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await TryAsync("ann", Address, isRight: false);
        }
    }

    private async Task<string> WaitAsync(string name)
    {
        var http = From(Address);
        using var process = new FailedSignIns(Store, new ServerOptions(), _time);
        var refused = await Should.ThrowAsync<CvatException>(() => process.TryAsync(http, null, name, () => true, Ct));
        refused.Kind.ShouldBe(ErrorKind.Throttled);
        return http.Response.Headers.RetryAfter.ToString();
    }

    private async Task<int> CountAsync(string name = "ann") =>
        (await Store.UpdateAsync($"name {Authenticator.Hash(name)} {Address}", known => known, Ct))?.Count ?? 0;
}
