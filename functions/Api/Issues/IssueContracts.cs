using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>Schema <c>IssueRead</c>.</summary>
internal sealed record IssueRead
{
    public required int Id { get; init; }

    public required int Frame { get; init; }

    public required IReadOnlyList<double> Position { get; init; }

    public required int Job { get; init; }

    public BasicUserRead? Owner { get; init; }

    public BasicUserRead? Assignee { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public required bool Resolved { get; init; }

    public required CountSummary Comments { get; init; }
}

/// <summary>Schema <c>CommentRead</c>.</summary>
internal sealed record CommentRead
{
    public required int Id { get; init; }

    public required int Issue { get; init; }

    public BasicUserRead? Owner { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }
}
