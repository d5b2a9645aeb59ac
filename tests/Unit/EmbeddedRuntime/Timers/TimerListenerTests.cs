using System.Threading.Channels;
using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Timers;

public sealed class TimerListenerTests : IDisposable
{
    private const string Hourly = "0 0 * * * *";

    private readonly string _folder = Directory.CreateTempSubdirectory("timer-test-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 11, 59, 0, TimeSpan.Zero));
    private readonly ScheduleStore _store;
    private readonly Recorder _invoker = new();

    public TimerListenerTests()
    {
        var app = new ConfigurationBuilder().AddInMemoryCollection([new("EMBEDDED_RUNTIME_DIRECTORY", _folder)]).Build();
        _store = new ScheduleStore(new HostSettings(_folder, app));
    }

    [Fact]
    public async Task Start_OccurrenceMissedWhileDown_RunsOnceAndLate()
    {
        _store.Write("tick", Hourly, new ScheduleStatus { Next = Local(9) });
        using var listener = Listener(new TimerTriggerAttribute(Hourly));

        await listener.StartAsync(TestContext.Current.CancellationToken);
        var run = await _invoker.NextAsync();
        await listener.StopAsync(TestContext.Current.CancellationToken);

        run.IsPastDue.ShouldBeTrue();
        run.ScheduleStatus!.Next.ShouldBe(Local(9));
        _store.Read("tick", Hourly)!.Next.ShouldBe(Local(12));
    }

    [Fact]
    public async Task Start_RunOnStartup_RunsWithoutBeingLate()
    {
        using var listener = Listener(new TimerTriggerAttribute(Hourly) { RunOnStartup = true });

        await listener.StartAsync(TestContext.Current.CancellationToken);
        var run = await _invoker.NextAsync();
        await listener.StopAsync(TestContext.Current.CancellationToken);

        run.IsPastDue.ShouldBeFalse();
        run.ScheduleStatus!.Next.ShouldBe(Local(12));
    }

    [Fact]
    public async Task Start_Unmonitored_HasNoStatusAndKeepsNone()
    {
        using var listener = Listener(new TimerTriggerAttribute(Hourly) { RunOnStartup = true, UseMonitor = false });

        await listener.StartAsync(TestContext.Current.CancellationToken);
        var run = await _invoker.NextAsync();
        await listener.StopAsync(TestContext.Current.CancellationToken);

        run.ScheduleStatus.ShouldBeNull();
        _store.Read("tick", Hourly).ShouldBeNull();
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An hour of that day in the fake clock's zone, which is UTC, as the store keeps it.</summary>
    private static DateTime Local(int hour) => new(2026, 5, 4, hour, 0, 0, DateTimeKind.Local);

    private TimerListener Listener(TimerTriggerAttribute trigger)
    {
        var function = FunctionCatalog.FromTypes([typeof(Clock)]).Find("tick")!;
        return new TimerListener(function, trigger, trigger.Schedule, _store, _invoker, _time, NullLogger<TimerListener>.Instance);
    }

    public sealed class Clock
    {
        [Function("tick")]
        public void Tick([TimerTrigger(Hourly)] TimerInfo timer)
        {
        }
    }

    private sealed class Recorder : IFunctionInvoker
    {
        private readonly Channel<TimerInfo> _runs = Channel.CreateUnbounded<TimerInfo>();

        public Task<object?> InvokeAsync(FunctionDescriptor function, InvocationInput input, CancellationToken cancellationToken)
        {
            _runs.Writer.TryWrite((TimerInfo)input.TriggerValue!);
            return Task.FromResult<object?>(null);
        }

        public async Task<TimerInfo> NextAsync() => await _runs.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }
}
