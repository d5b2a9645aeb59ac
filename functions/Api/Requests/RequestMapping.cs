using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.Requests;

/// <summary>Requests as clients see them.</summary>
internal static class RequestMapping
{
    /// <summary>The whole request.</summary>
    public static RequestRead ToRead(WorkspaceId workspace, WorkRequest request, UserDirectory users) => new()
    {
        Status = request.Status,
        Message = request.Message,
        Id = request.Id,
        Operation = new()
        {
            Type = Type(request),
            Target = request.Target,
            ProjectId = request.ProjectId,
            TaskId = request.TaskId,
            JobId = request.JobId,
            OrgId = workspace.OrganizationId,
            Format = request.Format,
        },
        Progress = request.Progress,
        CreatedDate = request.CreatedDate,
        StartedDate = request.StartedDate,
        FinishedDate = request.FinishedDate,
        ExpiryDate = request.ExpiryDate,
        Owner = new(request.OwnerId ?? 0, users.Name(request.OwnerId) ?? ""),
        ResultUrl = ResultUrl(request, users.BaseUrl),
        ResultId = request.ResultId,
    };

    /// <summary><c>create:task</c>, <c>export:dataset</c> …: the action with what it is about.</summary>
    public static string Type(WorkRequest request) => $"{request.Action}:{request.Subresource ?? request.Target}";

    private static string? ResultUrl(WorkRequest request, string baseUrl)
    {
        if (request is not { Action: "export", Status: "finished", ResultBlob: not null })
        {
            return null;
        }

        if (request.Target == "events")
        {
            return $"{baseUrl}/api/events/download?rq_id={Uri.EscapeDataString(request.Id)}";
        }

        var (resource, id) = request.Target switch
        {
            "job" => ("jobs", request.JobId),
            "task" => ("tasks", request.TaskId),
            _ => ("projects", request.ProjectId),
        };
        var kind = request.Subresource == "backup" ? "backup" : "dataset";
        return $"{baseUrl}/api/{resource}/{id}/{kind}/download?rq_id={Uri.EscapeDataString(request.Id)}";
    }
}
