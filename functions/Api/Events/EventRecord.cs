using System.Text.Json.Serialization;

namespace CvatServerless.Functions.Api.Events;

/// <summary>Something that happened, in the columns of the contract (schema <c>Event</c>); one line of a stored file.</summary>
internal sealed record EventRecord
{
    public required string Scope { get; init; }

    public string? ObjName { get; init; }

    public int? ObjId { get; init; }

    public string? ObjVal { get; init; }

    public string? Source { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public int? Count { get; init; }

    /// <summary>Milliseconds.</summary>
    public int Duration { get; init; }

    public int? ProjectId { get; init; }

    public int? TaskId { get; init; }

    public int? JobId { get; init; }

    public int? UserId { get; init; }

    public string? UserName { get; init; }

    public string? UserEmail { get; init; }

    public int? OrgId { get; init; }

    public string? OrgSlug { get; init; }

    public string? Payload { get; init; }
}

/// <summary>Schema <c>ClientEvents</c>.</summary>
internal sealed record EventsRead(IReadOnlyList<EventRecord> Events, DateTimeOffset Timestamp);

/// <summary>What of the legacy list of events is told while the file is made.</summary>
internal sealed record EventsQueryRead(string QueryId);

/// <summary>What an export takes in; kept beside it until it ends.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Workspaces">Partitions; null: all.</param>
internal sealed record EventFilter(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string>? Workspaces, int? UserId, int? ProjectId, int? TaskId, int? JobId)
{
    /// <summary>Whether an event is asked for.</summary>
    public bool Includes(EventRecord record) =>
        record.Timestamp >= From && record.Timestamp < To
        && (UserId is null || record.UserId == UserId)
        && (ProjectId is null || record.ProjectId == ProjectId)
        && (TaskId is null || record.TaskId == TaskId)
        && (JobId is null || record.JobId == JobId);
}

/// <summary>How events and filters are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventRecord))]
[JsonSerializable(typeof(EventFilter))]
internal sealed partial class EventJson : JsonSerializerContext;
