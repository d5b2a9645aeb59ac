using System.Globalization;
using CvatServerless.EmbeddedRuntime.Hosting;
using NCrontab;

namespace CvatServerless.EmbeddedRuntime.Timers;

/// <summary>When a timer ticks: a cron expression (six fields, seconds first; or five) in local time, or a constant interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval)
    {
        _cron = cron;
        _interval = interval;
    }

    /// <exception cref="StartupException">The text is neither a cron expression nor a positive time span.</exception>
    public static TimerSchedule Parse(string function, string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        var options = new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 };
        if (fields is 5 or 6 && CrontabSchedule.TryParse(text, options) is { } cron)
        {
            return new TimerSchedule(cron, default);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? new TimerSchedule(null, interval)
            : throw new StartupException($"Function '{function}': '{text}' is no schedule.");
    }

    /// <summary>The first occurrence after a local time.</summary>
    public DateTime After(DateTime local) =>
        DateTime.SpecifyKind(_cron?.GetNextOccurrence(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)) ?? local + _interval, DateTimeKind.Local);

    /// <summary>Whether two of the next occurrences lie less than a minute apart: such a schedule is not monitored.</summary>
    public bool IsBelowOneMinute(DateTime local)
    {
        var last = After(local);
        for (var i = 0; i < 5; i++)
        {
            var next = After(last);
            if (next - last < TimeSpan.FromMinutes(1))
            {
                return true;
            }

            last = next;
        }

        return false;
    }
}
