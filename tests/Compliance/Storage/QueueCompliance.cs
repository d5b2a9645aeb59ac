using CvatServerless.Domain.Ports;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage;

/// <summary>What every <see cref="IQueue"/> does. Time passes by <see cref="PassAsync"/>: on a fake clock, or for real.</summary>
public abstract class QueueCompliance
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private readonly string _queue = $"q{Guid.NewGuid():N}";

    protected abstract IQueue Queue { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task PassAsync(TimeSpan span);

    [Fact]
    public async Task ReceiveAsync_UnknownQueue_IsEmpty() => (await Receive(32)).ShouldBeEmpty();

    [Fact]
    public async Task ReceiveAsync_SentMessage_IsGivenOnce()
    {
        await Send("""{"a":"<ü>"}""");

        var item = (await Receive(32)).ShouldHaveSingleItem();
        item.Text.ShouldBe("""{"a":"<ü>"}""");
        item.DequeueCount.ShouldBe(1);
        (await Receive(32)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReceiveAsync_VisibilityOver_GivesItAgain()
    {
        await Send("a");
        var first = (await Receive(1, Short)).ShouldHaveSingleItem();
        await PassAsync(Short * 2);

        var second = (await Receive(1)).ShouldHaveSingleItem();

        second.Id.ShouldBe(first.Id);
        second.DequeueCount.ShouldBe(2);
        (await Queue.DeleteAsync(_queue, first, Ct)).ShouldBeFalse();
        (await Queue.DeleteAsync(_queue, second, Ct)).ShouldBeTrue();
        (await Queue.DeleteAsync(_queue, second, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task SendAsync_Delay_HidesTheMessage()
    {
        await Queue.SendAsync(_queue, "a", Short, Ct);

        (await Receive(1)).ShouldBeEmpty();
        await PassAsync(Short * 2);
        (await Receive(1)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ExtendAsync_ValidReceipt_HidesForLonger()
    {
        await Send("a");
        var first = (await Receive(1, Short)).ShouldHaveSingleItem();

        var extended = await Queue.ExtendAsync(_queue, first, Long, Ct);

        extended.ShouldNotBeNull();
        extended.Text.ShouldBe("a");
        await PassAsync(Short * 2);
        (await Receive(1)).ShouldBeEmpty();
        (await Queue.ExtendAsync(_queue, first, Long, Ct)).ShouldBeNull();
        (await Queue.DeleteAsync(_queue, extended, Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task ReceiveAsync_ManyMessages_GivesEachOnce()
    {
        for (var i = 0; i < 40; i++)
        {
            await Send($"{i}");
        }

        var first = await Receive(32);
        var second = await Receive(32);

        first.Count.ShouldBe(32);
        first.Concat(second).Select(item => item.Text).Order().ShouldBe(Enumerable.Range(0, 40).Select(i => $"{i}").Order());
    }

    [Fact]
    public async Task SendAsync_LongestMessage_ComesBack()
    {
        var text = new string('x', 48 * 1024);

        await Send(text);

        (await Receive(1)).ShouldHaveSingleItem().Text.ShouldBe(text);
        await Should.ThrowAsync<ArgumentException>(() => Send(text + "x"));
    }

    private Task Send(string text) => Queue.SendAsync(_queue, text, TimeSpan.Zero, Ct);

    private Task<IReadOnlyList<QueueItem>> Receive(int count, TimeSpan? visibility = null) => Queue.ReceiveAsync(_queue, count, visibility ?? Long, Ct);
}
