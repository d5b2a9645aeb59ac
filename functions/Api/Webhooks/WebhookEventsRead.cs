using CvatServerless.Domain.Webhooks;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>Schema <c>Events</c> of release 2.80: events are objects, not texts.</summary>
internal sealed record WebhookEventsRead(string WebhookType, IReadOnlyList<WebhookEventRead> Events)
{
    /// <summary>Of a type of webhooks, or of <c>all</c>; null where there is no such type.</summary>
    public static WebhookEventsRead? Of(string type)
    {
        var keys = type == "all" ? WebhookEvents.All : WebhookEvents.Of(type);
        return keys.Count > 0 ? new(type, [.. keys.Select(WebhookEventRead.Of)]) : null;
    }
}

/// <summary>Schema <c>WebhooksEvent</c>.</summary>
internal sealed record WebhookEventRead(string Key, string Action, string Resource, WebhookEventGroup Group)
{
    /// <summary>An event by its key.</summary>
    public static WebhookEventRead Of(string key)
    {
        var resource = WebhookEvents.ResourceOf(key);
        return new(key, WebhookEvents.ActionOf(key), resource, new(char.ToUpperInvariant(resource[0]) + resource[1..]));
    }
}

/// <summary>Under which heading a client shows an event.</summary>
internal sealed record WebhookEventGroup(string DisplayName);
