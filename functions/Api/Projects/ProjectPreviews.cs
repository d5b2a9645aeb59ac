using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>A project's preview is that of its newest task with data.</summary>
public sealed class ProjectPreviews(IWorkspaces workspaces, IBlobStore blobs)
{
    /// <summary>The picture.</summary>
    /// <exception cref="CvatException">404: no task has one yet.</exception>
    internal async Task<IActionResult> ReadAsync(FoundProject found, CancellationToken ct)
    {
        var dataId = await workspaces.ReadAsync(
            found.Workspace, view => view.TasksOf(found.Project).Where(task => task.Data is not null).MaxBy(task => task.Id)?.Data!.DataId, ct);
        if (dataId is null || await blobs.FindAsync($"data/{dataId}/preview.jpg", ct) is not { } blob)
        {
            throw CvatException.NotFound("The preview of this project does not exist");
        }

        return new FileStreamResult(await blobs.OpenReadAsync(blob.Name, 0, null, ct), "image/jpeg");
    }
}
