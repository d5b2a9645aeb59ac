using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.Audit;

/// <summary>
/// Who changed what, when, from what to what: the change log itself, which is written in the same transaction as the change. One object's history costs a read per
/// change; a workspace's costs the part of the log that is looked through, at most <see cref="MaxEntries"/> rows a call.
/// </summary>
public sealed class AuditService(IWorkspaces workspaces, ILocators locators, IChangeHistory history, EntitySight sight, UserService users)
{
    /// <summary>Rows of the log that one call looks through: a page may be short, and still have a next one.</summary>
    private const int MaxEntries = 5_000;

    /// <summary>Kinds whose history is the organization's.</summary>
    private static readonly string[] OfOrganizations = [Organization.Kind, Membership.Kind, Invitation.Kind, "webhook"];

    /// <summary>A page of history, the newest change first.</summary>
    /// <exception cref="CvatException">400, 403, 404.</exception>
    internal async Task<IActionResult> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var directory = await users.DirectoryAsync(req, ct);
        var query = AuditQuery.Read(req, directory, history);
        var (workspace, entries) = query is { Resource: { } kind, Id: { } id } && await FindAsync(kind, id, ct) is { } found
            ? (found.Workspace, await OfObjectAsync(req.Actor(), found.Workspace, kind, found.Key, query, ct))
            : await OfWorkspaceAsync(req, query, ct);
        return await WriteAsync(req, workspace, entries, query, directory, ct);
    }

    /// <summary>Where an object is; null where its kind has no addresses of its own, or nobody ever made it.</summary>
    private async Task<(WorkspaceId Workspace, string Key)?> FindAsync(string kind, string id, CancellationToken ct)
    {
        if (OfOrganizations.Contains(kind))
        {
            return null;
        }

        var key = ChangeWords.KeyOf(kind, id);
        return key is { Length: <= 400 } && await locators.FindAsync(kind, key, ct) is { } workspace ? (workspace, key) : throw CvatException.NotFound();
    }

    private async Task<IAsyncEnumerable<ChangeEntry>> OfObjectAsync(Actor actor, WorkspaceId workspace, string kind, string key, AuditQuery query, CancellationToken ct)
    {
        var newest = await history.OfEntityAsync(workspace, kind, key, null, ct).FirstOrDefaultAsync(ct) ?? throw CvatException.NotFound();
        var entity = newest.Entities.First(entity => entity.Kind == kind && entity.Key == key);
        var isGone = ChangeWords.ActionOf(entity) is null or "delete";
        var mayRead = await workspaces.ReadAsync(
            workspace,
            view => EntitySight.SeesAll(actor, workspace, Members.Of(workspace, view))
                || (!isGone && sight.EntityOf(entity) is { } now && EntitySight.MaySee(actor, workspace, view, now)),
            ct);
        return mayRead ? history.OfEntityAsync(workspace, kind, key, query.Cursor, ct) : throw CvatException.Forbidden();
    }

    private async Task<(WorkspaceId Workspace, IAsyncEnumerable<ChangeEntry> Entries)> OfWorkspaceAsync(HttpRequest req, AuditQuery query, CancellationToken ct)
    {
        var (actor, scope) = (req.Actor(), req.Scope());
        var workspace = query.Resource == AccountRecord.Kind ? WorkspaceId.Server
            : scope.OrganizationId is { } organization ? WorkspaceId.Organization(organization) : WorkspaceId.Personal(actor.UserId);
        if (!EntitySight.SeesAll(actor, workspace, workspace == WorkspaceId.Server ? Members.Personal : scope.Members ?? Members.Personal))
        {
            throw CvatException.Forbidden();
        }

        var before = query.To is { } to && (query.Cursor is null || string.CompareOrdinal(history.PositionAt(to), query.Cursor) < 0) ? history.PositionAt(to) : query.Cursor;
        return (workspace, history.BackwardsAsync(workspace, before, query.From, ct));
    }

    private static async Task<IActionResult> WriteAsync(
        HttpRequest req, WorkspaceId workspace, IAsyncEnumerable<ChangeEntry> entries, AuditQuery query, UserDirectory directory, CancellationToken ct)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Wire.WriterOptions);
        json.WriteStartObject();
        json.WriteStartArray("results");
        var (written, looked, next) = (0, 0, (string?)null);
        await foreach (var entry in entries.WithCancellation(ct))
        {
            if (entry.At < query.From)
            {
                break;
            }

            if (query.To is null || entry.At < query.To)
            {
                written += WriteEntry(json, workspace, entry, query, directory);
            }

            if (written >= query.PageSize || ++looked >= MaxEntries)
            {
                next = entry.Position;
                break;
            }
        }

        json.WriteEndArray();
        json.WriteString("next", next is null ? null : NextUrl(req, next));
        json.WriteEndObject();
        json.Flush();
        return new WireResult(StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    private static int WriteEntry(Utf8JsonWriter json, WorkspaceId workspace, ChangeEntry entry, AuditQuery query, UserDirectory directory)
    {
        var count = 0;
        foreach (var entity in entry.Entities)
        {
            if (ChangeWords.ActionOf(entity) is { } action && query.Includes(entry, entity, action))
            {
                AuditWriter.Write(json, workspace, entry, entity, action, directory);
                count++;
            }
        }

        return count;
    }

    private static string NextUrl(HttpRequest req, string cursor)
    {
        var parameters = req.Query
            .Where(parameter => parameter.Key != "cursor")
            .SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value)))
            .Append(KeyValuePair.Create("cursor", (string?)cursor));
        return $"{req.BaseUrl()}{req.Path.ToUriComponent()}{QueryString.Create(parameters).ToUriComponent()}";
    }
}
