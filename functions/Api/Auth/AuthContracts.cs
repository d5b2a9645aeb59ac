using System.Text.Json.Serialization;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>Schema <c>Token</c>: at most 40 characters.</summary>
internal sealed record LoginRead(string Key);

/// <summary>Schema <c>RegisterSerializerEx</c>.</summary>
internal sealed record RegisterRead(string Username, string Email, string FirstName, string LastName, bool EmailVerificationRequired, string? Key);

/// <summary>Schema <c>AccessTokenRead</c>; <see cref="Value"/> is there in the answer to the creation alone.</summary>
internal sealed record AccessTokenRead
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public required DateTimeOffset? ExpiryDate { get; init; }

    public required DateTimeOffset? LastUsedDate { get; init; }

    public required bool ReadOnly { get; init; }

    public required BasicUserRead Owner { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }
}
