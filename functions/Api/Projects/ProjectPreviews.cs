using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Data;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>A project's preview is that of its newest task with data.</summary>
public sealed class ProjectPreviews(IWorkspaces workspaces, DataService data)
{
    /// <summary>The picture.</summary>
    internal async Task<IActionResult> ReadAsync(HttpRequest request, FoundProject found, CancellationToken ct)
    {
        var task = await workspaces.ReadAsync(
            found.Workspace, view => view.TasksOf(found.Project).Where(task => task.Data is not null).MaxBy(task => task.Id), ct);
        return task is null ? NoPreview.Of(request, "The preview of this project does not exist") : await data.PreviewAsync(request, task, 0, ct);
    }
}
