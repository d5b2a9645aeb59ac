using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Queues;

public sealed class SqliteQueueBackendTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("queue-test-").FullName;
    private readonly FakeTimeProvider _time = new();
    private SqliteQueueBackend _queues;

    public SqliteQueueBackendTests() => _queues = Open();

    [Fact]
    public async Task Receive_TakenMessage_IsHiddenUntilItsTimeHasPassedAndCountsUp()
    {
        await _queues.SendAsync("q", "a", TestContext.Current.CancellationToken);

        var first = (await _queues.ReceiveAsync("q", 10, Minute, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        (await _queues.ReceiveAsync("q", 10, Minute, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        _time.Advance(Minute);
        var second = (await _queues.ReceiveAsync("q", 10, Minute, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

        (first.DequeueCount, second.DequeueCount).ShouldBe((1, 2));
        second.Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Delete_OldReceipt_DeletesNothing()
    {
        await _queues.SendAsync("q", "a", TestContext.Current.CancellationToken);
        var first = (await _queues.ReceiveAsync("q", 1, TimeSpan.Zero, TestContext.Current.CancellationToken)).Single();
        var second = (await _queues.ReceiveAsync("q", 1, TimeSpan.Zero, TestContext.Current.CancellationToken)).Single();

        (await _queues.DeleteAsync("q", first.Id, first.PopReceipt, TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await _queues.HideAsync("q", first.Id, first.PopReceipt, Minute, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await _queues.DeleteAsync("q", second.Id, second.PopReceipt, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task Receive_OtherQueueAndExpired_GivesNothing()
    {
        await _queues.SendAsync("q", "a", TestContext.Current.CancellationToken);

        (await _queues.ReceiveAsync("other", 1, Minute, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromDays(7));
        (await _queues.ReceiveAsync("q", 1, Minute, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_AfterTheProcessEnded_GivesTakenMessagesAgainAtOnce()
    {
        await _queues.SendAsync("q", "a", TestContext.Current.CancellationToken);
        await _queues.ReceiveAsync("q", 1, TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);

        _queues.Dispose();
        _queues = Open();

        (await _queues.ReceiveAsync("q", 1, Minute, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().DequeueCount.ShouldBe(2);
    }

    [Fact]
    public async Task Wait_MessageSent_Ends()
    {
        var wait = _queues.WaitAsync("q", Minute, TestContext.Current.CancellationToken);
        await _queues.SendAsync("q", "a", TestContext.Current.CancellationToken);

        await wait;
    }

    public void Dispose()
    {
        _queues.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private SqliteQueueBackend Open()
    {
        var app = new ConfigurationBuilder().AddInMemoryCollection([new("EMBEDDED_RUNTIME_DIRECTORY", _folder)]).Build();
        return new SqliteQueueBackend(new HostSettings(_folder, app), _time);
    }
}
