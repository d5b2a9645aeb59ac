using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>Schema <c>ProjectRead</c>.</summary>
internal sealed record ProjectRead
{
    public required string Url { get; init; }

    public required int Id { get; init; }

    public required string Name { get; init; }

    public BasicUserRead? Owner { get; init; }

    public BasicUserRead? Assignee { get; init; }

    public DateTimeOffset? AssigneeUpdatedDate { get; init; }

    public int? GuideId { get; init; }

    public required string BugTracker { get; init; }

    public required IReadOnlyList<string> TaskSubsets { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public required string Status { get; init; }

    public string? Dimension { get; init; }

    public int? Organization { get; init; }

    public int? OrganizationId { get; init; }

    public StorageRead? SourceStorage { get; init; }

    public StorageRead? TargetStorage { get; init; }

    public required CountSummary Tasks { get; init; }

    public required LinkSummary Labels { get; init; }
}
