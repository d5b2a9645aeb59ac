using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Timers;

/// <summary>
/// Runs one timer function on its occurrences, never two at a time. A monitored one that was missed while the app was down runs once,
/// late, at the next start. Source: WebJobs' TimerListener.
/// </summary>
internal sealed partial class TimerListener(
    FunctionDescriptor function, TimerTriggerAttribute trigger, string scheduleText, ScheduleStore store, IFunctionInvoker invoker, TimeProvider time, ILogger log)
    : BackgroundService
{
    /// <summary>Longest single wait: what the system's timers take, with room.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TimerSchedule _schedule = TimerSchedule.Parse(function.Name, scheduleText);
    private bool _isMonitored;
    private ScheduleStatus? _status;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            var now = LocalNow();
            _isMonitored = trigger.UseMonitor && !_schedule.IsBelowOneMinute(now);
            var isPastDue = _isMonitored && IsPastDue(now);
            if (isPastDue || trigger.RunOnStartup)
            {
                await RunAsync(isPastDue, now);
            }

            while (!stoppingToken.IsCancellationRequested)
            {
                var next = _status?.Next ?? _schedule.After(LocalNow());
                await WaitUntilAsync(next, stoppingToken);
                await RunAsync(isPastDue: false, next);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the app stops
        }
    }

    private DateTime LocalNow() => DateTime.SpecifyKind(time.GetLocalNow().DateTime, DateTimeKind.Local);

    private bool IsPastDue(DateTime now)
    {
        _status = store.Read(function.Name, scheduleText);
        if (_status is null)
        {
            _status = new ScheduleStatus { Next = _schedule.After(now) };
            store.Write(function.Name, scheduleText, _status);
            return false;
        }

        return now > _status.Next;
    }

    private async Task WaitUntilAsync(DateTime next, CancellationToken stoppingToken)
    {
        for (var left = next - LocalNow(); left > TimeSpan.Zero; left = next - LocalNow())
        {
            await Task.Delay(left < LongestWait ? left + TimeSpan.FromMilliseconds(1) : LongestWait, time, stoppingToken);
        }
    }

    private async Task RunAsync(bool isPastDue, DateTime occurrence)
    {
        var id = Guid.NewGuid().ToString();
        var timer = new TimerInfo { IsPastDue = isPastDue, ScheduleStatus = _status };
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["TimerTrigger"] = scheduleText };
        try
        {
            await invoker.InvokeAsync(function, new InvocationInput { InvocationId = id, TriggerValue = timer, BindingData = data }, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(function.Name, id, e); // a timer is not tried again before its next occurrence
        }

        if (_isMonitored)
        {
            var now = LocalNow();
            _status = new ScheduleStatus { Last = occurrence, Next = _schedule.After(now > occurrence ? now : occurrence), LastUpdated = now };
            store.Write(function.Name, scheduleText, _status);
        }
    }

    [LoggerMessage(5020, LogLevel.Error, "Executed 'Functions.{Function}' (Failed, Id={InvocationId})")]
    private partial void LogFailed(string function, string invocationId, Exception exception);
}
