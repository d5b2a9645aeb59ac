using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions;

public sealed class CloudPatienceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_TooSlow_IsToldInASentence()
    {
        var time = new FakeTimeProvider();
        var work = CloudPatience.RunAsync(CloudPatience.Call, time, async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return 1;
        }, Ct);

        time.Advance(CloudPatience.Call);

        (await Should.ThrowAsync<CvatException>(() => work)).Message.ShouldContain("given up after 2 minutes");
    }

    [Fact]
    public async Task Run_CallerGoesAway_IsNoFailureOfTheBucket()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var work = CloudPatience.RunAsync(CloudPatience.Call, new FakeTimeProvider(), async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return 1;
        }, caller.Token);

        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => work);
    }

    [Fact]
    public void CheckPages_EndlessListing_Ends() => Should.Throw<CvatException>(() => CloudPatience.CheckPages(10_001)).Message.ShouldContain("pages");
}
