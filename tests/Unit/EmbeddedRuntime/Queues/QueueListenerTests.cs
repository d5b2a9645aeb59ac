using System.Collections.Concurrent;
using CvatServerless.EmbeddedRuntime.Queues;
using CvatServerless.Tests.Unit.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Queues;

public sealed class QueueListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Run_MessageThatAlwaysFails_IsTriedFiveTimesThenPoisoned()
    {
        var seen = new Seen();
        await using var app = await TestApp.Build("{}", [], [typeof(Workers)], services => services.AddSingleton(seen)).StartAsync();

        await app.Services.GetRequiredService<IQueueBackend>().SendAsync("work", QueueText.Encode("bad", true), TestContext.Current.CancellationToken);
        await seen.Done.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        seen.Lines.ShouldBe(["bad 1", "bad 2", "bad 3", "bad 4", "bad 5", "poison bad 1"]);
    }

    [Fact]
    public async Task Run_MessageThatSucceeds_SendsItsOutputAndIsGone()
    {
        var seen = new Seen();
        await using var app = await TestApp.Build("{}", [], [typeof(Workers)], services => services.AddSingleton(seen)).StartAsync();

        var queues = app.Services.GetRequiredService<IQueueBackend>();
        await queues.SendAsync("relay", QueueText.Encode("x", true), TestContext.Current.CancellationToken);
        await seen.Done.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        seen.Lines.ShouldBe(["relay x", "next from x"]);
    }

    public sealed class Seen
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Workers(Seen seen)
    {
        [Function("work")]
        public void Work([QueueTrigger("work")] string message, int dequeueCount)
        {
            seen.Lines.Enqueue($"{message} {dequeueCount}");
            throw new InvalidOperationException("refused");
        }

        [Function("work_poison")]
        public void Poison([QueueTrigger("work-poison")] string message, int dequeueCount)
        {
            seen.Lines.Enqueue($"poison {message} {dequeueCount}");
            seen.Done.TrySetResult();
        }

        [Function("relay")]
        [QueueOutput("next")]
        public string Relay([QueueTrigger("relay")] string message)
        {
            seen.Lines.Enqueue("relay " + message);
            return "from " + message;
        }

        [Function("next")]
        public void Next([QueueTrigger("next")] string message)
        {
            seen.Lines.Enqueue("next " + message);
            seen.Done.TrySetResult();
        }
    }
}
