using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Formats;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.ExportDataset;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Datasets;

/// <summary>Starts exports of tasks and jobs and hands out their results. Source: contract-annotations.md §2.1.</summary>
public sealed class DatasetExport(WorkRequests requests, IWorkspaces workspaces, IBlobStore blobs, CloudPlaces places, TimeProvider time)
{
    /// <summary>Accepts an export: 202 with its id; 409 with the id of the same one where that runs.</summary>
    internal async Task<IActionResult> StartAsync(
        HttpRequest request, WorkspaceId workspace, string target, AnnotationTask task, int? jobId, DurableTaskClient client, CancellationToken ct)
    {
        var format = request.QueryText("format");
        if (format is null || FormatRegistry.FindExporter(format) is null)
        {
            throw CvatException.Rule("Unknown format specified for the request");
        }

        var storage = await places.TargetAsync(request, task.TargetStorage, ct);
        if (task.Data is null)
        {
            throw CvatException.Rule("Exporting data from a task without data is not allowed");
        }

        var draft = Draft(request, target, task, jobId, format, storage);
        return Wire.Started(draft.Id, await requests.StartAsync(client, workspace, draft, ct));
    }

    /// <summary>The finished file, as a download with ranges.</summary>
    internal async Task<IActionResult> DownloadAsync(HttpRequest request, WorkspaceId workspace, string target, int id, CancellationToken ct)
    {
        var requestId = request.QueryText("rq_id") ?? throw CvatException.Rule("Missing request id in the query parameters");
        var found = await workspaces.FindAsync<WorkRequest>(workspace, WorkRequest.KeyOf(requestId), ct);
        var work = found?.Value;
        if (work is not { Action: "export" } || work.Target != target || (target == "job" ? work.JobId : work.TaskId) != id
            || (work.OwnerId != request.Actor().UserId && !request.Actor().IsAdmin))
        {
            return Wire.Text("Unknown export request id", StatusCodes.Status400BadRequest);
        }

        if (work.Status != "finished")
        {
            return Wire.Text("The export process is not finished", StatusCodes.Status400BadRequest);
        }

        return work.ResultBlob is { } name && await blobs.FindAsync(name, ct) is { } blob
            ? new BlobResult(blobs, blob, "application/zip") { FileName = work.ResultFileName }
            : throw CvatException.Text("The exported file has expired, please retry exporting", ErrorKind.NotFound);
    }

    private WorkRequest Draft(HttpRequest request, string target, AnnotationTask task, int? jobId, string format, int? storage)
    {
        var userId = request.Actor().UserId;
        var subresource = request.QueryBool("save_images") == true ? "dataset" : "annotations";
        var word = format.Replace('.', '~').Replace(' ', '_');
        var id = $"action=export&target={target}&target_id={jobId ?? task.Id}&user_id={userId}&subresource={subresource}&format={word}";
        return new()
        {
            Id = id,
            InstanceId = requests.NewInstanceId(id),
            Orchestrator = ExportDatasetOrchestrator.Name,
            Action = "export",
            Target = target,
            Subresource = subresource,
            ProjectId = task.ProjectId,
            TaskId = task.Id,
            JobId = jobId,
            Format = format,
            BaseUrl = request.BaseUrl(),
            OwnerId = userId,
            ResultFileName = DatasetNames.Asked(request.QueryText("filename"), storage),
            CloudStorageId = storage,
            CreatedDate = time.GetUtcNow(),
        };
    }
}
