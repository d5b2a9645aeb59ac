using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

public sealed class WorkQueueTests
{
    [Fact]
    public async Task Add_MoreThanTheLimit_RunsNoMoreAtATime()
    {
        var running = 0;
        var most = 0;
        var done = new CountdownEvent(20);
        var queue = new WorkQueue<int>(3, async _ =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            done.Signal();
        });

        Enumerable.Range(0, 20).ToList().ForEach(queue.Add);
        done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken).ShouldBeTrue();
        await queue.StopAsync();

        most.ShouldBeInRange(1, 3);
    }

    [Fact]
    public async Task Add_WhileItRuns_RunsItOnceMoreAfterwards()
    {
        var runs = 0;
        var first = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        var queue = new WorkQueue<string>(4, async _ =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                begun.SetResult();
                await first.Task;
            }
            else
            {
                second.SetResult();
            }
        });

        queue.Add("a");
        await begun.Task;
        queue.Add("a");
        queue.Add("a");
        runs.ShouldBe(1);
        first.SetResult();
        await second.Task;
        await queue.StopAsync();

        runs.ShouldBe(2);
    }

    [Fact]
    public async Task Stop_WaitsForWhatRunsAndStartsNothing()
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var runs = new List<string>();
        var queue = new WorkQueue<string>(1, async item =>
        {
            runs.Add(item);
            begun.TrySetResult();
            await gate.Task;
        });
        queue.Add("a");
        queue.Add("b");
        await begun.Task;

        var stop = queue.StopAsync();
        stop.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await stop;

        runs.ShouldBe(["a"]);
    }

    [Fact]
    public void DueTimes_Advance_WakesInOrderAndOnlyWhatIsDue()
    {
        var time = new FakeTimeProvider();
        var woken = new List<string>();
        using var dueTimes = new DueTimes(time, woken.Add);
        var now = time.GetUtcNow().UtcDateTime;
        dueTimes.Add("later", now.AddDays(20));
        dueTimes.Add("second", now.AddSeconds(2));
        dueTimes.Add("first", now.AddSeconds(1));

        time.Advance(TimeSpan.FromSeconds(5));
        woken.ShouldBe(["first", "second"]);
        time.Advance(TimeSpan.FromDays(20));

        woken.ShouldBe(["first", "second", "later"]);
    }

    [Theory]
    [InlineData("""{"a":1.50,"b":[1.0,2,1e3],"c":"1.50é"}""", """{"a":1.5,"b":[1.0,2,1000.0],"c":"1.50\u00E9"}""")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    public void HostNumbers_Fractions_BecomeDoubles(string json, string expected) => HostNumbers.Rewrite(json).ShouldBe(expected);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(9, 5)]
    public void Pause_GrowsToTheLongest(int attempt, int seconds) =>
        Retries.Pause(new RetryPolicy(10, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(5)), attempt).ShouldBe(TimeSpan.FromSeconds(seconds));

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
