using System.Text.Json;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Audit;

/// <summary>Writes one change of one object (schema <c>AuditEntry</c>).</summary>
internal static class AuditWriter
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, WorkspaceId workspace, ChangeEntry entry, ChangedEntity entity, string action, UserDirectory directory)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Position);
        json.WriteString("timestamp", entry.At.UtcDateTime);
        json.WritePropertyName("user");
        JsonSerializer.Serialize(json, directory.Basic(entry.ActorId)!, WireJson.Default.BasicUserRead);
        json.WriteString("action", action);
        json.WriteString("resource", entity.Kind);
        WriteId(json, "resource_id", entity);
        if (workspace.OrganizationId is { } organization)
        {
            json.WriteNumber("organization", organization);
        }
        else
        {
            json.WriteNull("organization");
        }

        WriteChanges(json, entity);
        json.WriteEndObject();
    }

    /// <summary>Writes the id of an object as its own operations name it.</summary>
    public static void WriteId(Utf8JsonWriter json, string name, ChangedEntity entity)
    {
        var id = ChangeWords.IdOf(entity);
        json.WritePropertyName(name);
        if (id.ValueKind == JsonValueKind.Undefined)
        {
            json.WriteNullValue();
        }
        else
        {
            id.WriteTo(json);
        }
    }

    private static void WriteChanges(Utf8JsonWriter json, ChangedEntity entity)
    {
        // Before holds all fields of what is gone, but only the changed ones of an update; nulls are not stored.
        var fields = entity.Change == ChangeKind.Created ? entity.After : entity.Before;
        json.WriteStartArray("changes");
        foreach (var field in fields?.EnumerateObject() ?? default)
        {
            if (!ChangeWords.IsTold(entity.Kind, field.Name))
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("field", field.Name);
            WriteValue(json, "from", entity.Before, field.Name);
            WriteValue(json, "to", entity.After, field.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, JsonElement? document, string field)
    {
        json.WritePropertyName(name);
        if (document is { } fields && fields.TryGetProperty(field, out var value))
        {
            value.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
