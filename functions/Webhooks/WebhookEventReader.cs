using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Issues;
using CvatServerless.Functions.Api.Jobs;
using CvatServerless.Functions.Api.Organizations;
using CvatServerless.Functions.Api.Projects;
using CvatServerless.Functions.Api.Requests;
using CvatServerless.Functions.Api.Tasks;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Webhooks;

/// <summary>An event as a webhook is told of it.</summary>
/// <param name="Event">Its key.</param>
/// <param name="Body">The payload.</param>
/// <param name="ChangedFields">Of an update, joined by commas.</param>
internal sealed record WebhookEvent(string Event, JsonObject Body, string ChangedFields);

/// <summary>What a row of the change log says to a webhook. Source: contract-resources.md §5.3.</summary>
internal sealed class WebhookEventReader(
    WorkspaceId workspace, IWorkspaceView view, Webhook webhook, UserDirectory users, IReadOnlyDictionary<string, int?> projectsOfTalk, DateTimeOffset now)
{
    /// <summary>What the API shows of objects is shown as to an administrator: whoever set up the webhook may see what it is about.</summary>
    private static readonly Actor Everything = new(0, "", "admin", Credential.None);

    /// <summary>Changes of these alone are no news: they follow from annotations and from the change itself.</summary>
    private static readonly string[] Silent = ["annotation_revision", "last_merge", "updated_date", "move", "labels_updated_date"];

    /// <summary>The events of a change that the webhook asks for, in the change's order.</summary>
    public IEnumerable<WebhookEvent> Read(ChangeEntry entry)
    {
        foreach (var entity in entry.Entities)
        {
            if (Event(entity) is { } name && webhook.Events.Contains(name) && IsAbout(entity) && Body(name, entity, entry.ActorId) is { } told)
            {
                yield return told;
            }
        }
    }

    private static string? Event(ChangedEntity entity)
    {
        if (entity.Kind == OrganizationRecord.Kind)
        {
            return entity.Change == ChangeKind.Created ? "create:organization" : "delete:organization";
        }

        if (entity.Kind == WorkRequest.Kind)
        {
            var ended = entity is { Change: ChangeKind.Updated, After: { } after } && after.Deserialize(WorkRequest.Json) is { Status: "finished" } request
                && entity.Before?.TryGetProperty("status"u8, out _) == true ? request : null;
            return ended is null ? null : $"completed:request[{RequestMapping.Type(ended)}]";
        }

        var isNews = entity.Change != ChangeKind.Updated || entity.Before?.EnumerateObject().Any(field => !Silent.Contains(field.Name)) == true;
        return isNews && ChangeWords.ActionOf(entity) is { } action ? $"{action}:{entity.Kind}" : null;
    }

    /// <summary>A project's webhook hears of what lies in the project alone.</summary>
    private bool IsAbout(ChangedEntity entity)
    {
        if (webhook.ProjectId is not { } project)
        {
            return true;
        }

        var document = (entity.After ?? entity.Before)!.Value;
        return entity.Kind switch
        {
            "project" => Int(document, "id") == project,
            "task" or "job" or "request" => Int(document, "project_id") == project,
            "issue" or "comment" => projectsOfTalk.GetValueOrDefault($"{entity.Kind} {entity.Key}") == project,
            _ => false,
        };
    }

    private WebhookEvent? Body(string name, ChangedEntity entity, int? actorId)
    {
        var document = (entity.After ?? entity.Before)!.Value;
        var shown = Show(entity.Kind, document);
        var body = new JsonObject { ["event"] = name, [WebhookEvents.ResourceOf(name)] = shown };
        var changed = "";
        if (entity is { Change: ChangeKind.Updated, Before: { } before, Kind: not "request" } && name.StartsWith("update:", StringComparison.Ordinal))
        {
            var old = Show(entity.Kind, Earlier(document, before));
            var fields = shown.Where(field => field.Key != "labels" && !JsonNode.DeepEquals(field.Value, old[field.Key])).Select(field => field.Key).ToList();
            if (fields.Count > 0)
            {
                body["before_update"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field, old[field]?.DeepClone())));
            }

            changed = string.Join(',', fields);
        }

        if (entity.Kind != WorkRequest.Kind)
        {
            body["sender"] = Sender(actorId);
        }

        body["webhook_id"] = webhook.Id;
        return new(name, body, changed);
    }

    /// <summary>Who did it, as the nested form of users.</summary>
    public JsonNode? Sender(int? actorId) => JsonSerializer.SerializeToNode(users.Basic(actorId), WireJson.Default.BasicUserRead);

    /// <summary>The document before an update: the old values over the new ones.</summary>
    private static JsonElement Earlier(JsonElement after, JsonElement before)
    {
        var old = JsonObject.Create(after)!;
        foreach (var field in before.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                old.Remove(field.Name);
            }
            else
            {
                old[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }

        return JsonSerializer.SerializeToElement(old, JsonContext.Default.JsonObject);
    }

    /// <summary>The object as the API shows it; where what it hangs on is gone with it, as it was stored.</summary>
    private JsonObject Show(string kind, JsonElement document) => (kind switch
    {
        "project" => Node(ProjectMapping.ToRead(workspace, view, document.Deserialize(Project.Json)!, users), WireJson.Default.ProjectRead),
        "task" => Node(TaskMapping.ToRead(workspace, view, document.Deserialize(AnnotationTask.Json)!, users), WireJson.Default.TaskRead),
        "job" when document.Deserialize(Job.Json) is { } job && view.Find<AnnotationTask>(EntityKey.Of(job.TaskId)) is { } task =>
            Node(JobMapping.ToRead(workspace, view, job, task, users, Everything), WireJson.Default.JobRead),
        "issue" => Node(IssueMapping.ToRead(view, document.Deserialize(Issue.Json)!, users), WireJson.Default.IssueRead),
        "comment" => Node(IssueMapping.ToRead(document.Deserialize(Comment.Json)!, users), WireJson.Default.CommentRead),
        "user" => Node(UserMapping.ToRead(document.Deserialize(AccountRecord.Json)!.ToUser(), Everything, users.BaseUrl), WireJson.Default.UserRead),
        "organization_record" => Node(OrganizationMapping.ToRead(document.Deserialize(OrganizationRecord.Json)!.Organization, users), WireJson.Default.OrganizationRead),
        "organization" => Node(OrganizationMapping.ToRead(document.Deserialize(Organization.Json)!, users), WireJson.Default.OrganizationRead),
        "membership" => Node(OrganizationMapping.ToRead(workspace, document.Deserialize(Membership.Json)!, users), WireJson.Default.MembershipRead),
        "invitation" => Invitation(document.Deserialize(Domain.Organizations.Invitation.Json)!),
        "request" => Node(RequestMapping.ToRead(workspace, document.Deserialize(WorkRequest.Json)!, users), WireJson.Default.RequestRead),
        _ => null,
    }) ?? Stored(kind, document);

    private JsonObject? Invitation(Invitation invitation)
    {
        var key = EntityKey.Of(invitation.UserId);
        return view.Find<Organization>(EntityKey.Of(workspace.OwnerId)) is { } organization
            ? Node(OrganizationMapping.ToRead(new(organization, invitation, view.Find<Membership>(key), Members.Of(workspace, view)), users, now), WireJson.Default.InvitationRead)
            : null;
    }

    private static JsonObject Stored(string kind, JsonElement document) =>
        new(document.EnumerateObject().Where(field => ChangeWords.IsTold(kind, field.Name)).Select(field => KeyValuePair.Create(field.Name, JsonNode.Parse(field.Value.GetRawText()))));

    private static JsonObject? Node<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type) as JsonObject;

    private static int? Int(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}

/// <summary>Free JSON.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class JsonContext : System.Text.Json.Serialization.JsonSerializerContext;
