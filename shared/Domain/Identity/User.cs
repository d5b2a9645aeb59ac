namespace CvatServerless.Domain.Identity;

/// <summary>An account. Stored in the table <c>users</c>, partition <c>id</c>; names and mail addresses are claimed by rows of their own.</summary>
public sealed record User
{
    /// <summary>Unique, from 1.</summary>
    public required int Id { get; init; }

    /// <summary>Unique without regard to case.</summary>
    public required string Username { get; init; }

    /// <summary>Unique without regard to case; may be empty.</summary>
    public string Email { get; init; } = "";

    /// <summary>At most 150 characters.</summary>
    public string FirstName { get; init; } = "";

    /// <summary>At most 150 characters.</summary>
    public string LastName { get; init; } = "";

    /// <summary>The framework's password hash; null: can't sign in with a password.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>An inactive account can do nothing.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The contract's privilege: <c>admin</c>, <c>user</c>, <c>worker</c>, or none.</summary>
    public IReadOnlyList<string> Groups { get; init; } = ["user"];

    /// <summary>UTC.</summary>
    public required DateTimeOffset DateJoined { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset? LastLogin { get; init; }

    /// <summary>Changes with the password: sessions that hold another one have ended.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>Who it is at an identity provider, <c>{issuer}|{subject}</c>; unique. Null: a local account.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How it came to be: <c>registration</c>, <c>sso</c> or <c>invitation</c>; null: made by the server or its administrator.</summary>
    public string? CreatedVia { get; init; }

    /// <summary>The one password reset that is asked for and not yet done.</summary>
    public PasswordReset? PasswordReset { get; init; }

    /// <summary>What the user tells about themselves; null: nothing.</summary>
    public UserProfile? Profile { get; init; }

    /// <summary>Which promotions they saw; null: none.</summary>
    public GrowthFlags? Growth { get; init; }

    /// <summary>Made by an invitation: can't sign in; whoever registers with its mail address takes it over.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>Whether the account is in the group <c>admin</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsAdmin => Groups.Contains("admin");
}

/// <summary>A password reset: the link holds the token, here is its SHA-256 alone. A new one replaces it, and a new password ends it.</summary>
/// <param name="TokenHash">Lower-case hexadecimal.</param>
/// <param name="SentDate">When the mail was handed over, UTC; null: it is not known to have been.</param>
/// <param name="Expires">UTC.</param>
public sealed record PasswordReset(string TokenHash, DateTimeOffset? SentDate, DateTimeOffset Expires)
{
    /// <summary>When it was asked for, as whoever sends it tells it: the same for every attempt at one mail.</summary>
    public DateTimeOffset? AskedDate { get; init; }

    /// <summary>The hash of an earlier attempt at the same mail, which may have left before a crash; null: there was none.</summary>
    public string? EarlierTokenHash { get; init; }
}

/// <summary>Answers to the contract's questions about a user; empty where they were not given.</summary>
public sealed record UserProfile
{
    /// <summary><c>work_project</c>, <c>academic_research</c>, <c>teaching_or_coursework</c>, <c>personal_project</c> or empty.</summary>
    public string UsageReason { get; init; } = "";

    /// <summary>Free text.</summary>
    public string PrimaryRole { get; init; } = "";

    /// <summary>Words of the contract.</summary>
    public IReadOnlyList<string> PlannedActivities { get; init; } = [];

    /// <summary>Free texts.</summary>
    public IReadOnlyList<string> DataTypes { get; init; } = [];

    /// <summary>Free text.</summary>
    public string DiscoverySource { get; init; } = "";
}

/// <summary>The contract's flags about promotions.</summary>
public sealed record GrowthFlags(bool PromptShown, bool SupportClicked, bool NotificationsAllowed);

/// <summary>A browser session, or (with <see cref="IsApiKey"/>) the deprecated API key; found by the hash of its secret.</summary>
public sealed record Session
{
    /// <summary>Whose it is.</summary>
    public required int UserId { get; init; }

    /// <summary>The user's stamp at sign-in.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Whether it is the <c>key</c> of a login for <c>Authorization: Token</c>.</summary>
    public bool IsApiKey { get; init; }
}

/// <summary>A personal access token; found by the hash of its value.</summary>
public sealed record AccessToken
{
    /// <summary>Unique.</summary>
    public required int Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required int UserId { get; init; }

    /// <summary>1–50 characters, not unique.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the value, lower-case hexadecimal.</summary>
    public required string ValueHash { get; init; }

    /// <summary>May only read, export and download.</summary>
    public bool ReadOnly { get; init; } = true;

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>UTC; null: never.</summary>
    public DateTimeOffset? ExpiryDate { get; init; }

    /// <summary>UTC, exact to two hours.</summary>
    public DateTimeOffset? LastUsedDate { get; init; }

    /// <summary>Revoked tokens stay for the record and open nothing.</summary>
    public bool IsRevoked { get; init; }
}
