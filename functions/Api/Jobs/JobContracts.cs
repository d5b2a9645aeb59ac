using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>Schema <c>JobRead</c>.</summary>
internal sealed record JobRead
{
    public required string Url { get; init; }

    public required int Id { get; init; }

    public required int TaskId { get; init; }

    public string? TaskName { get; init; }

    public int? ProjectId { get; init; }

    public string? ProjectName { get; init; }

    public BasicUserRead? Assignee { get; init; }

    public DateTimeOffset? AssigneeUpdatedDate { get; init; }

    public int? GuideId { get; init; }

    public required string Dimension { get; init; }

    public required string Mode { get; init; }

    public required string MediaType { get; init; }

    public string? BugTracker { get; init; }

    public required string Status { get; init; }

    public required string Stage { get; init; }

    public required string State { get; init; }

    public required int FrameCount { get; init; }

    public required int StartFrame { get; init; }

    public required int StopFrame { get; init; }

    public int? DataChunkSize { get; init; }

    public required string DataCompressedChunkType { get; init; }

    public required string DataOriginalChunkType { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public required string Type { get; init; }

    public int? Organization { get; init; }

    public StorageRead? SourceStorage { get; init; }

    public StorageRead? TargetStorage { get; init; }

    public int? ParentJobId { get; init; }

    public required int ConsensusReplicas { get; init; }

    public required int ReplicasCount { get; init; }

    public required CountSummary Issues { get; init; }

    public required LinkSummary Labels { get; init; }
}
