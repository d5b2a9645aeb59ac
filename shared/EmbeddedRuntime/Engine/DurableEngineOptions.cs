using System.Diagnostics;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Limits of the durable engine and the switches of its tests.</summary>
internal sealed record DurableEngineOptions
{
    /// <summary>Orchestrators that run at a time, 1 or more.</summary>
    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Activities that run at a time, 1 or more.</summary>
    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Longer timers become a chain of timers of this length.</summary>
    public TimeSpan MaximumTimerInterval { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long an item waits after an error of the engine itself, for instance a full disk.</summary>
    public TimeSpan ErrorPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Replays each episode once more from the start and fails the instance where that gives something else.</summary>
    public bool StrictReplay { get; init; }

    /// <summary>Runs every activity twice and delivers both results.</summary>
    public bool DoubleActivities { get; init; }

    /// <summary>The process kills itself after this many commits; 0: never.</summary>
    public int CrashAt { get; init; }

    /// <summary>What the hub is to be told after each commit; null where nothing is to happen.</summary>
    public Action<int>? AfterCommit() => CrashAt == 0 ? null : commits =>
    {
        if (commits == CrashAt)
        {
            Process.GetCurrentProcess().Kill();
        }
    };

    /// <summary>The switches as the environment sets them.</summary>
    public DurableEngineOptions WithSwitches(Func<string, string?> environment) => this with
    {
        StrictReplay = environment("EMBEDDED_RUNTIME_STRICT_REPLAY") == "1",
        DoubleActivities = environment("EMBEDDED_RUNTIME_DOUBLE_ACTIVITIES") == "1",
        CrashAt = int.TryParse(environment("EMBEDDED_RUNTIME_CRASH_AT"), out var at) ? at : 0,
    };
}
