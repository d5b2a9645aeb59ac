using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Requests;

/// <summary>A request, where it lives.</summary>
internal sealed record FoundRequest(WorkspaceId Workspace, WorkRequest Request);

/// <summary>Background work as its owner sees it.</summary>
public sealed class RequestService(IWorkspaces workspaces, ILocators locators, Lists lists, Access access, UserService users, IBlobStore blobs, UploadStore uploads, TimeProvider time)
{
    private const string Unknown = "There is no request with specified id";

    /// <summary>A page of the actor's own requests, of whatever workspace.</summary>
    internal async Task<Page<RequestRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var now = time.GetUtcNow();
        var query = req.ListQuery(RequestFields.All).And(FilterNode.Equal("owner_id", actor.UserId));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, WorkspaceScope.Everything, ct);
        return await lists.RunAsync(over, query, Offer, (_, row) => RequestMapping.ToRead(row.Workspace, row.Request, directory), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<RequestRow> rows)
        {
            var slug = workspace.OrganizationId is { } id ? view.Find<Organization>(EntityKey.Of(id))?.Slug : null;
            foreach (var request in view.All<WorkRequest>())
            {
                if (!(request.ExpiryDate <= now))
                {
                    rows.Offer(new(workspace, slug, request));
                }
            }
        }
    }

    /// <summary>One request.</summary>
    internal async Task<RequestRead> ReadAsync(HttpRequest req, string id, CancellationToken ct)
    {
        var found = await FindAsync(req.Actor(), id, ct);
        return RequestMapping.ToRead(found.Workspace, found.Request, await users.DirectoryAsync(req, ct));
    }

    /// <summary>A request that the actor may see.</summary>
    /// <exception cref="CvatException">404: there is none, it has expired, or the actor may not know of it.</exception>
    internal async Task<FoundRequest> FindAsync(Actor actor, string id, CancellationToken ct)
    {
        var key = WorkRequest.KeyOf(id);
        if (key.Length <= 400)
        {
            IReadOnlyList<WorkspaceId> over = await locators.FindAsync(WorkRequest.Kind, key, ct) is { } known
                ? [known]
                : await lists.WorkspacesAsync(actor, WorkspaceScope.Everything, ct);
            foreach (var workspace in over)
            {
                if (await workspaces.ReadAsync(workspace, view => view.Find<WorkRequest>(key), ct) is { } request
                    && !(request.ExpiryDate <= time.GetUtcNow()) && await MaySeeAsync(actor, request, ct))
                {
                    return new(workspace, request);
                }
            }
        }

        throw new PlainTextException(StatusCodes.Status404NotFound, Unknown);
    }

    /// <summary>
    /// Forgets a request that has not begun, or (beyond CVAT) an export or the making of a task's data that runs: its next step finds nobody who waits for it and
    /// clears up. An import that has begun may have saved something already, so it goes on.
    /// </summary>
    /// <returns>The orchestration that is to be stopped; null where it ends by itself.</returns>
    /// <exception cref="CvatException">400: it is too late; 403: it is somebody else's.</exception>
    internal async Task<string?> CancelAsync(Actor actor, string id, CancellationToken ct)
    {
        var found = await FindAsync(actor, id, ct);
        if (!actor.IsAdmin && found.Request.OwnerId != actor.UserId)
        {
            throw CvatException.Forbidden();
        }

        return await ConflictRetry.RunAsync(async () =>
        {
            var read = await workspaces.FindAsync<WorkRequest>(found.Workspace, found.Request.Key, ct);
            if (read?.Value is not ({ Status: "queued" } or { Status: "started", Action: "export" or "create" or TaskDataWork.Append }))
            {
                throw new PlainTextException(StatusCodes.Status400BadRequest, "Only requests that have not yet been started can be cancelled");
            }

            await workspaces.CommitAsync(found.Workspace, new ChangeSet(actor.UserId).Delete(read), ct);
            if (read.Value.InputBlob is { } input)
            {
                await blobs.DeleteAsync(input, ct);
            }

            if (read.Value is { Action: "create" or TaskDataWork.Append, TaskId: { } taskId } && await access.FindTaskAsync(taskId, ct) is { } owner)
            {
                await uploads.ClearAsync(UploadStore.TaskData(owner.Task), ct);
            }

            return read.Value.Status == "queued" ? read.Value.InstanceId : null;
        });
    }

    /// <summary>Exports are their owner's; other work may be seen by whoever may see what it is about.</summary>
    private async Task<bool> MaySeeAsync(Actor actor, WorkRequest request, CancellationToken ct)
    {
        if (actor.IsAdmin || request.OwnerId == actor.UserId)
        {
            return true;
        }

        return request switch
        {
            { Action: "export" } => false,
            { JobId: { } id } => await access.FindJobAsync(id, ct) is { } job && JobPolicy.Table.Allows(actor, JobPolicy.View, job.Facts),
            { TaskId: { } id } => await access.FindTaskAsync(id, ct) is { } task && TaskPolicy.Table.Allows(actor, TaskPolicy.View, task.Facts),
            { ProjectId: { } id } => await access.FindProjectAsync(id, ct) is { } project && ProjectPolicy.Table.Allows(actor, ProjectPolicy.View, project.Facts),
            _ => false,
        };
    }
}
