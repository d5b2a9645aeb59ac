using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Server;

/// <summary>An account as the server's log knows it: what others may be told of it, no password, no sign-in.</summary>
public sealed record AccountRecord : IWorkspaceEntity<AccountRecord>
{
    /// <inheritdoc/>
    public static string Kind => "user";

    /// <inheritdoc/>
    public static JsonTypeInfo<AccountRecord> Json => DomainJson.Default.AccountRecord;

    /// <inheritdoc/>
    [JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>The account's id.</summary>
    public required int Id { get; init; }

    /// <summary>As <see cref="User.Username"/>.</summary>
    public required string Username { get; init; }

    /// <summary>As <see cref="User.Email"/>.</summary>
    public string Email { get; init; } = "";

    /// <summary>As <see cref="User.FirstName"/>.</summary>
    public string FirstName { get; init; } = "";

    /// <summary>As <see cref="User.LastName"/>.</summary>
    public string LastName { get; init; } = "";

    /// <summary>As <see cref="User.IsActive"/>.</summary>
    public bool IsActive { get; init; }

    /// <summary>As <see cref="User.Groups"/>, joined by commas.</summary>
    public string Groups { get; init; } = "";

    /// <summary>As <see cref="User.CreatedVia"/>.</summary>
    public string? CreatedVia { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset DateJoined { get; init; }

    /// <summary>The record of an account.</summary>
    public static AccountRecord Of(User user) => new()
    {
        Id = user.Id,
        Username = user.Username,
        Email = user.Email,
        FirstName = user.FirstName,
        LastName = user.LastName,
        IsActive = user.IsActive,
        Groups = string.Join(',', user.Groups),
        CreatedVia = user.CreatedVia,
        DateJoined = user.DateJoined,
    };

    /// <summary>An account that looks like it and can't sign in.</summary>
    public User ToUser() => new()
    {
        Id = Id,
        Username = Username,
        Email = Email,
        FirstName = FirstName,
        LastName = LastName,
        IsActive = IsActive,
        Groups = Groups.Split(',', StringSplitOptions.RemoveEmptyEntries),
        CreatedVia = CreatedVia,
        DateJoined = DateJoined,
        SecurityStamp = "",
    };
}

/// <summary>An organization as the server's log knows it: that it was founded, and that it is gone. Its own log is in its workspace.</summary>
public sealed record OrganizationRecord(int Id, Organization Organization) : IWorkspaceEntity<OrganizationRecord>
{
    /// <inheritdoc/>
    public static string Kind => "organization_record";

    /// <inheritdoc/>
    public static JsonTypeInfo<OrganizationRecord> Json => DomainJson.Default.OrganizationRecord;

    /// <inheritdoc/>
    [JsonIgnore]
    public string Key => EntityKey.Of(Id);
}
