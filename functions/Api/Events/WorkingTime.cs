namespace CvatServerless.Functions.Api.Events;

/// <summary>
/// How long somebody worked, told by the events of one upload: pauses of less than <see cref="Threshold"/> count as work, longer ones don't. One event
/// <c>send:working_time</c> for each stretch in the same job, task and project. Source: contract-resources.md §6.
/// </summary>
internal static class WorkingTime
{
    /// <summary>The longest pause that is work.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromSeconds(100);

    /// <summary>The scope of the derived events.</summary>
    public const string Scope = "send:working_time";

    /// <summary>Events that say themselves how long they took.</summary>
    private const string Lasting = "change:frame";

    /// <summary>The derived events; <paramref name="previous"/> is the last event of the upload before.</summary>
    public static IEnumerable<EventRecord> Derive(IReadOnlyList<EventRecord> events, EventRecord? previous)
    {
        if (events.Count == 0)
        {
            yield break;
        }

        var ordered = events.OrderBy(record => record.Timestamp).ToList();
        var end = previous is null ? ordered[0].Timestamp : EndOf(previous);
        var (worked, last) = (TimeSpan.Zero, ordered[0]);
        foreach (var record in ordered)
        {
            if (Place(record) != Place(last))
            {
                if (Total(last, worked) is { } total)
                {
                    yield return total;
                }

                worked = TimeSpan.Zero;
            }

            var pause = record.Timestamp - end;
            worked += pause > TimeSpan.Zero && pause < Threshold ? pause : TimeSpan.Zero;
            end = record.Timestamp > end ? record.Timestamp : end;
            if (EndOf(record) is var ownEnd && ownEnd > end)
            {
                worked += ownEnd - end;
                end = ownEnd;
            }

            last = record;
        }

        if (Total(last, worked) is { } final)
        {
            yield return final;
        }
    }

    private static DateTimeOffset EndOf(EventRecord record) => record.Scope == Lasting ? record.Timestamp.AddMilliseconds(Math.Max(0, record.Duration)) : record.Timestamp;

    private static (int?, int?, int?) Place(EventRecord record) => (record.JobId, record.TaskId, record.ProjectId);

    private static EventRecord? Total(EventRecord last, TimeSpan worked) => worked <= TimeSpan.Zero ? null : last with
    {
        Scope = Scope,
        Source = "server",
        ObjName = "working_time",
        ObjId = null,
        ObjVal = ((long)worked.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture),
        Count = 1,
        Duration = 0,
        Payload = null,
    };
}
