using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Organizations;

/// <summary>An invitation into an organization; role and user are those of the membership that came with it.</summary>
public sealed record Invitation : IWorkspaceEntity<Invitation>
{
    /// <summary>How long an invitation can be accepted after it was sent.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public static string Kind => "invitation";

    /// <inheritdoc/>
    public static JsonTypeInfo<Invitation> Json => DomainJson.Default.Invitation;

    /// <summary>64 random characters.</summary>
    public required string Key { get; init; }

    /// <summary>Whose membership it is about.</summary>
    public required int UserId { get; init; }

    /// <summary>Who invited.</summary>
    public int? OwnerId { get; init; }

    /// <summary>The role that was offered.</summary>
    public required string Role { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>When a mail last went out, UTC; null: none had to.</summary>
    public DateTimeOffset? SentDate { get; init; }

    /// <summary>When mails were sent again within the last hour, UTC.</summary>
    public IReadOnlyList<DateTimeOffset> Resent { get; init; } = [];

    /// <summary>Whether it is too late to accept it at a moment.</summary>
    public bool IsExpired(DateTimeOffset now) => SentDate is { } sent && now >= sent + Lifetime;
}
