using System.Globalization;
using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Audit;

/// <summary>What of the history is asked for.</summary>
internal sealed record AuditQuery(
    string? Resource, string? Id, int? UserId, bool IsNobody, string? Action, DateTimeOffset From, DateTimeOffset? To, string? Cursor, int PageSize)
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 500;

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="CvatException">400 by parameter.</exception>
    public static AuditQuery Read(HttpRequest req, UserDirectory users, IChangeHistory history)
    {
        var errors = new FieldErrors();
        var user = req.QueryText("user") is { } name ? users.All.FirstOrDefault(account => string.Equals(account.Username, name, StringComparison.OrdinalIgnoreCase)) : null;
        var query = new AuditQuery(
            Choice("resource", ChangeWords.Kinds),
            req.QueryText("id"),
            user?.Id ?? Number("user_id"),
            user is null && req.QueryText("user") is not null,
            Choice("action", ChangeWords.AllActions),
            Date("from") ?? DateTimeOffset.UnixEpoch,
            Date("to"),
            req.QueryText("cursor"),
            Number("page_size") is { } size and >= 1 ? Math.Min(size, MaxPageSize) : DefaultPageSize);
        if (query.Id is not null && query.Resource is null)
        {
            errors.Add("resource", "This field is required.");
        }

        if (query.Cursor is { } cursor && !history.IsPosition(cursor))
        {
            errors.Add("cursor", "Invalid cursor.");
        }

        errors.ThrowIfAny();
        return query;

        string? Choice(string parameter, IReadOnlyCollection<string> choices)
        {
            var text = req.QueryText(parameter);
            if (text is not null && !choices.Contains(text))
            {
                errors.Add(parameter, $"Select a valid choice. {text} is not one of the available choices.");
            }

            return text;
        }

        int? Number(string parameter)
        {
            if (req.QueryText(parameter) is not { } text)
            {
                return null;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            errors.Add(parameter, "Enter a number.");
            return null;
        }

        DateTimeOffset? Date(string parameter)
        {
            const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (req.QueryText(parameter) is not { } text)
            {
                return null;
            }

            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var date) && date >= DateTimeOffset.UnixEpoch)
            {
                return date;
            }

            errors.Add(parameter, "Enter a valid date/time.");
            return null;
        }
    }

    /// <summary>Whether a change is asked for; its action is known to be told.</summary>
    public bool Includes(ChangeEntry entry, ChangedEntity entity, string action) =>
        (Resource is null || entity.Kind == Resource)
        && (Id is null || Text(ChangeWords.IdOf(entity)) == Id)
        && (UserId is null || entry.ActorId == UserId)
        && !IsNobody
        && (Action is null || action == Action);

    private static string? Text(JsonElement id) => id.ValueKind == JsonValueKind.Undefined ? null : id.ToString();
}
