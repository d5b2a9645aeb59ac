using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Events;

/// <summary>Uploaded events.</summary>
internal sealed record EventsWrite(DateTimeOffset Timestamp, IReadOnlyList<EventRecord> Events, EventRecord? Previous);

/// <summary>Requests of the tag <c>events</c>.</summary>
internal static class EventRules
{
    private const int MaxEvents = 10_000;
    private const int MaxText = 4_096;
    private const int MaxPayload = 256 * 1024;

    private static readonly HashSet<string> Scopes = new(StringComparer.Ordinal)
    {
        "load:cvat", "load:job", "save:job", "restore:job", "load:workspace", "upload:annotations", "send:exception", "send:task_info", "draw:object", "paste:object",
        "copy:object", "propagate:object", "drag:object", "resize:object", "delete:object", "lock:object", "merge:objects", "split:objects", "group:objects", "slice:object",
        "join:objects", "change:attribute", "change:label", "change:frame", "zoom:image", "fit:image", "rotate:image", "action:undo", "action:redo", "debug:info",
        "run:annotations_action", "click:element",
    };

    /// <summary>Reads an upload.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    /// <exception cref="EventScopeException">400: a scope that clients may not send, or a payload that is no JSON.</exception>
    public static EventsWrite Read(FieldReader fields)
    {
        var timestamp = fields.Date("timestamp");
        if (!fields.Has("timestamp"))
        {
            fields.Errors.Add("timestamp", "This field is required.");
        }

        var events = fields.Objects("events", Event, MaxEvents) ?? [];
        var previous = fields.Object("previous_event", Event);
        fields.Errors.ThrowIfAny();
        foreach (var record in events)
        {
            Check(record);
        }

        return new(timestamp.Value ?? throw CvatException.Field("timestamp", "This field may not be null."), events, previous.Value);
    }

    private static EventRecord Event(FieldReader fields)
    {
        if (!fields.Has("timestamp"))
        {
            fields.Errors.Add("timestamp", "This field is required.");
        }

        return new()
        {
            Scope = fields.Text("scope", MaxText, required: true).Or("")!,
            ObjName = Nullable(fields, "obj_name", MaxText),
            ObjId = fields.Int("obj_id").Value,
            ObjVal = Nullable(fields, "obj_val", MaxText),
            Timestamp = fields.Date("timestamp").Value ?? default,
            Count = fields.Int("count").Value,
            Duration = fields.Int("duration", min: 0).Value ?? 0,
            ProjectId = fields.Int("project_id").Value,
            TaskId = fields.Int("task_id").Value,
            JobId = fields.Int("job_id").Value,
            Payload = Nullable(fields, "payload", MaxPayload),
        };
    }

    private static string? Nullable(FieldReader fields, string name, int maxLength) =>
        fields.Raw(name) is { ValueKind: JsonValueKind.Null } ? null : fields.Text(name, maxLength).Value;

    private static void Check(EventRecord record)
    {
        if (!Scopes.Contains(record.Scope))
        {
            throw new EventScopeException("scope", $"Event scope **{record.Scope}** is not allowed from client");
        }

        try
        {
            using var payload = record.Payload is { } text ? JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth }) : null;
        }
        catch (JsonException)
        {
            throw new EventScopeException("payload", "JSON payload is not valid in passed event");
        }
    }
}

/// <summary>400 with a field whose value is a text, not a list of texts: only events have that.</summary>
internal sealed class EventScopeException(string fieldName, string message) : Exception(message)
{
    /// <summary>The field.</summary>
    public string Field => fieldName;
}
