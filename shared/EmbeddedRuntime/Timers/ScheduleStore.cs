using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.EmbeddedRuntime.Timers;

/// <summary>The persisted occurrences of monitored timers.</summary>
internal sealed class ScheduleStore(HostSettings settings) : IDisposable
{
    private readonly Lock _gate = new();
    private SqliteSession? _session;

    /// <summary>The status of a timer; null where it never ran under this schedule.</summary>
    public ScheduleStatus? Read(string function, string schedule)
    {
        lock (_gate)
        {
            return Session().Query(
                "SELECT last, next, updated FROM timers WHERE function = $1 AND schedule = $2",
                row => new ScheduleStatus { Last = Local(row.GetInt64(0)), Next = Local(row.GetInt64(1)), LastUpdated = Local(row.GetInt64(2)) },
                function, schedule).SingleOrDefault();
        }
    }

    public void Write(string function, string schedule, ScheduleStatus status)
    {
        lock (_gate)
        {
            Session().Execute(
                "INSERT OR REPLACE INTO timers (function, schedule, last, next, updated) VALUES ($1, $2, $3, $4, $5)",
                function, schedule, Ticks(status.Last), Ticks(status.Next), Ticks(status.LastUpdated));
        }
    }

    public void Dispose() => _session?.Dispose();

    private static long Ticks(DateTime local) => local == default ? 0 : local.ToUniversalTime().Ticks;

    private static DateTime Local(long ticks) => ticks == 0 ? default : new DateTime(ticks, DateTimeKind.Utc).ToLocalTime();

    private SqliteSession Session()
    {
        if (_session is null)
        {
            _session = RuntimeFiles.OpenDatabase(settings, "timers.db");
            _session.Execute("CREATE TABLE IF NOT EXISTS timers (function TEXT PRIMARY KEY, schedule TEXT NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL, updated INTEGER NOT NULL)");
        }

        return _session;
    }
}
