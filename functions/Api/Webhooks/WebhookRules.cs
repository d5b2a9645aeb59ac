using System.Net;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>A new or changed webhook.</summary>
internal sealed record WebhookWrite(
    Optional<string> TargetUrl,
    Optional<string> Type,
    Optional<string> Description,
    Optional<string> Secret,
    Optional<bool> IsActive,
    Optional<bool> EnableSsl,
    Optional<int?> ProjectId,
    IReadOnlyList<string>? Events);

/// <summary>Requests of the tag <c>webhooks</c> (contract-resources.md §5).</summary>
internal static class WebhookRules
{
    private const int MaxEvents = 100;

    /// <summary>Reads a webhook to create or change.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="type">Of an existing one; null: the body says it.</param>
    /// <exception cref="CvatException">400 by field.</exception>
    public static WebhookWrite Read(FieldReader fields, string? type)
    {
        var isNew = type is null;
        var write = new WebhookWrite(
            fields.Text("target_url", 8192, required: !fields.IsPartial),
            isNew ? fields.Choice("type", [.. WebhookEvents.Types], required: true) : default,
            fields.Text("description", 128, allowBlank: true),
            fields.Text("secret", 64, allowBlank: true),
            fields.Bool("is_active"),
            fields.Bool("enable_ssl"),
            isNew ? fields.Int("project_id", min: 0) : default,
            fields.Texts("events", 128));
        fields.Choice("content_type", ["application/json"]);
        if (write.TargetUrl.Value is { } url && !IsTarget(url))
        {
            fields.Errors.Add("target_url", "Enter a valid URL.");
        }

        CheckEvents(fields, write.Events, type ?? write.Type.Value);
        fields.Errors.ThrowIfAny();
        return write;
    }

    /// <summary>A whole web address, of a host with a dot, an address, or this machine.</summary>
    private static bool IsTarget(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
        && (url.Host.Contains('.', StringComparison.Ordinal) || url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out _));

    private static void CheckEvents(FieldReader fields, IReadOnlyList<string>? events, string? type)
    {
        if (events is null)
        {
            if (!fields.IsPartial && !fields.Has("events"))
            {
                fields.Errors.Add("events", "This field is required.");
            }

            return;
        }

        if (events.Count is 0 or > MaxEvents)
        {
            fields.Errors.Add("events", "This list may not be empty.");
        }

        foreach (var unknown in events.Except(WebhookEvents.All).Take(5))
        {
            fields.Errors.Add("events", $"\"{unknown}\" is not a valid choice.");
        }

        if (type is not null && events.Any(name => WebhookEvents.All.Contains(name) && !WebhookEvents.Of(type).Contains(name)))
        {
            fields.Errors.Add(FieldErrors.NonField, $"Invalid events list for {type} webhook");
        }
    }
}
