using System.Text.Json;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Audit;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Live;

/// <summary>A change as a browser is told of it: what happened to which object, not the object itself.</summary>
internal sealed record LiveEvent(string Id, ReadOnlyMemory<byte> Data);

/// <summary>Picks what an actor may know of changes.</summary>
public sealed class LiveEvents(IWorkspaces workspaces, EntitySight sight)
{
    /// <summary>Ids of other objects that tell a browser which of its lists moves.</summary>
    private static readonly string[] Links = ["project_id", "task_id", "job_id", "issue_id", "guide_id"];

    /// <summary>The events of some changes, in order.</summary>
    internal async Task<List<LiveEvent>> OfAsync(Actor actor, WorkspaceId workspace, IReadOnlyList<ChangeEntry> entries, CancellationToken ct)
    {
        var told = entries
            .SelectMany(entry => entry.Entities.Select(entity => (Entry: entry, Entity: entity, Action: ChangeWords.ActionOf(entity))))
            .Where(change => change.Action is not null)
            .Select(change => (change.Entry, change.Entity, change.Action, Value: sight.EntityOf(change.Entity)))
            .ToList();
        return told.Count == 0
            ? []
            : await workspaces.ReadAsync(
                workspace,
                view => told
                    .Where(change => change.Value is not null && EntitySight.MaySee(actor, workspace, view, change.Value))
                    .Select(change => new LiveEvent(change.Entry.Position, Data(workspace, change.Entry, change.Entity, change.Action!)))
                    .ToList(),
                ct);
    }

    private static ReadOnlyMemory<byte> Data(WorkspaceId workspace, ChangeEntry entry, ChangedEntity entity, string action)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id", entry.Position);
            json.WriteString("timestamp", entry.At.UtcDateTime);
            json.WriteString("action", action);
            json.WriteString("resource", entity.Kind);
            AuditWriter.WriteId(json, "resource_id", entity);
            WriteNumber(json, "organization", workspace.OrganizationId);
            WriteNumber(json, "user_id", entry.ActorId);
            foreach (var link in Links)
            {
                if ((entity.After ?? entity.Before) is { } document && document.TryGetProperty(link, out var value))
                {
                    json.WritePropertyName(link);
                    value.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
