namespace CvatServerless.Tests.Compliance.Faults;

/// <summary>The machine's clock, set wrong by an offset, whose timers do not make anybody wait.</summary>
internal sealed class HurriedTime(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : dueTime, period);
}
