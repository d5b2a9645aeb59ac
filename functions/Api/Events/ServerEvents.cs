using System.Runtime.CompilerServices;
using System.Text.Json;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Events;

/// <summary>The server's own events, <c>create:task</c>, <c>update:job</c> …, told from the change log when they are asked for: nothing is stored twice.</summary>
public sealed class ServerEvents(IWorkspaces workspaces, IChangeHistory history)
{
    private static readonly string[] Untold = ["updated_date", "assignee_updated_date"];

    /// <summary>The events of a workspace in order.</summary>
    internal async IAsyncEnumerable<EventRecord> ReadAsync(WorkspaceId workspace, string? slug, UserDirectory users, EventFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var entry in workspaces.ChangesAsync(workspace, history.PositionAt(filter.From), ct))
        {
            if (entry.At >= filter.To)
            {
                yield break;
            }

            foreach (var record in entry.Entities.SelectMany(entity => Of(workspace, slug, users, entry, entity)).Where(filter.Includes))
            {
                yield return record;
            }
        }
    }

    private static IEnumerable<EventRecord> Of(WorkspaceId workspace, string? slug, UserDirectory users, ChangeEntry entry, ChangedEntity entity)
    {
        if (entity.Kind == "request" || ChangeWords.ActionOf(entity) is not { } action || (entity.After ?? entity.Before) is not { } document)
        {
            yield break;
        }

        var id = Number(document, "id");
        var user = users.Find(entry.ActorId);
        var record = new EventRecord
        {
            Scope = $"{action}:{entity.Kind}",
            ObjId = id,
            Source = "server",
            Timestamp = entry.At,
            Count = 1,
            ProjectId = entity.Kind == "project" ? id : Number(document, "project_id"),
            TaskId = entity.Kind == "task" ? id : Number(document, "task_id"),
            JobId = entity.Kind == "job" ? id : Number(document, "job_id"),
            UserId = entry.ActorId,
            UserName = user?.Username,
            UserEmail = user?.Email,
            OrgId = workspace.OrganizationId,
            OrgSlug = slug,
        };
        if (action != "update" || entity.Before is not { } before)
        {
            yield return record;
            yield break;
        }

        foreach (var field in before.EnumerateObject().Where(field => ChangeWords.IsTold(entity.Kind, field.Name) && !Untold.Contains(field.Name)))
        {
            yield return record with
            {
                ObjName = field.Name,
                ObjVal = document.TryGetProperty(field.Name, out var value) ? value.ToString() : null,
                Payload = $$"""{"old_value":{{field.Value.GetRawText()}}}""",
            };
        }
    }

    private static int? Number(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
