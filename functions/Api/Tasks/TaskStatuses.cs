using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>The state of a task's creation, for clients older than <c>/api/requests</c>.</summary>
public sealed class TaskStatuses(IWorkspaces workspaces)
{
    /// <summary>The state.</summary>
    internal async Task<TaskStatusRead> ReadAsync(FoundTask found, CancellationToken ct)
    {
        var request = await workspaces.ReadAsync(
            found.Workspace, view => view.All<WorkRequest>().FirstOrDefault(request => request.Action == "create" && request.TaskId == found.Task.Id), ct);
        return request?.Status switch
        {
            "queued" => new("Queued", request.Message, 0),
            "started" => new("Started", request.Message, request.Progress ?? 0),
            "failed" => new("Failed", request.Message, 0),
            _ => new("Finished", "", 0),
        };
    }
}
