namespace CvatServerless.Functions.Api.Requests;

/// <summary>What every starter of background work answers.</summary>
internal sealed record RequestId(string RqId);

/// <summary>Schema <c>Request</c>.</summary>
internal sealed record RequestRead
{
    public required string Status { get; init; }

    public required string Message { get; init; }

    public required string Id { get; init; }

    public required OperationRead Operation { get; init; }

    public double? Progress { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public DateTimeOffset? StartedDate { get; init; }

    public DateTimeOffset? FinishedDate { get; init; }

    public DateTimeOffset? ExpiryDate { get; init; }

    public RequestOwnerRead? Owner { get; init; }

    public string? ResultUrl { get; init; }

    public int? ResultId { get; init; }
}

/// <summary>Schema <c>RequestDataOperation</c>.</summary>
internal sealed record OperationRead
{
    public required string Type { get; init; }

    public required string Target { get; init; }

    public int? ProjectId { get; init; }

    public int? TaskId { get; init; }

    public int? JobId { get; init; }

    public int? OrgId { get; init; }

    public string? Format { get; init; }

    public int? FunctionId { get; init; }

    public bool? Lightweight { get; init; }
}

/// <summary>Schema <c>UserIdentifiers</c>.</summary>
internal sealed record RequestOwnerRead(int Id, string Username);
