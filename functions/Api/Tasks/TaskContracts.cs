using System.Text.Json.Serialization;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>Schema <c>TaskRead</c> of SDK 2.80 with the fields of 2.72 that older clients read; what has no data yet is left out.</summary>
internal sealed record TaskRead
{
    public required string Url { get; init; }

    public required int Id { get; init; }

    public required string Name { get; init; }

    public int? ProjectId { get; init; }

    public string? ProjectName { get; init; }

    public BasicUserRead? Owner { get; init; }

    public BasicUserRead? Assignee { get; init; }

    public DateTimeOffset? AssigneeUpdatedDate { get; init; }

    public required string BugTracker { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public int? Overlap { get; init; }

    public required int SegmentSize { get; init; }

    public required int InitialReplicas { get; init; }

    public required bool ConsensusEnabled { get; init; }

    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DataChunkSize { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DataCompressedChunkType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DataOriginalChunkType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DataCloudStorageId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Data { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Size { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ImageQuality { get; init; }

    public int? GuideId { get; init; }

    public required string Dimension { get; init; }

    public required string Mode { get; init; }

    public required string MediaType { get; init; }

    public required string Subset { get; init; }

    public int? Organization { get; init; }

    public int? OrganizationId { get; init; }

    public StorageRead? SourceStorage { get; init; }

    public StorageRead? TargetStorage { get; init; }

    public required JobsSummary Jobs { get; init; }

    public required LinkSummary Labels { get; init; }

    public string? ValidationMode { get; init; }
}

/// <summary>Schema <c>RqStatus</c>.</summary>
internal sealed record TaskStatusRead(string State, string Message, double Progress);
