using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.Timers;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Timers;

public sealed class TimerScheduleTests
{
    private static readonly DateTime Noon = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Local);

    [Theory]
    [InlineData("*/3 * * * * *", 3, true)]
    [InlineData("0 */5 * * * *", 300, false)]
    [InlineData("*/5 * * * *", 300, false)]
    [InlineData("00:00:30", 30, true)]
    [InlineData("00:10:00", 600, false)]
    public void After_Schedule_IsItsNextOccurrenceInLocalTime(string text, int seconds, bool isBelowOneMinute)
    {
        var schedule = TimerSchedule.Parse("f", text);

        schedule.After(Noon).ShouldBe(Noon.AddSeconds(seconds));
        schedule.After(Noon).Kind.ShouldBe(DateTimeKind.Local);
        schedule.IsBelowOneMinute(Noon).ShouldBe(isBelowOneMinute);
    }

    [Theory]
    [InlineData("every day")]
    [InlineData("0 0 0 0 0 0 0")]
    [InlineData("-00:01:00")]
    public void Parse_NoSchedule_IsRefused(string text) => Should.Throw<StartupException>(() => TimerSchedule.Parse("f", text));
}
