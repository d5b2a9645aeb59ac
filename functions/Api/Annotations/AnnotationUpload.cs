using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Formats;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.ImportAnnotations;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Annotations;

/// <summary>What an annotation file is for.</summary>
/// <param name="Workspace">Where it lives.</param>
/// <param name="Resource"><c>task</c> or <c>job</c>.</param>
/// <param name="Id">The task's or job's id.</param>
/// <param name="Task">The task.</param>
/// <param name="JobId">The job, where it is one.</param>
public sealed record ImportTarget(WorkspaceId Workspace, string Resource, int Id, AnnotationTask Task, int? JobId);

/// <summary>
/// The forms of <c>tasks_create_annotations</c> and <c>jobs_create_annotations</c>: TUS in three steps, or a file in the call. Source: contract-annotations.md §2.2.
/// </summary>
public sealed class AnnotationUpload(UploadStore uploads, MultipartUploads multipart, TusProtocol tus, WorkRequests requests, CloudPlaces places, TimeProvider time)
{
    /// <summary>Carries out one call.</summary>
    internal async Task<IActionResult> ReceiveAsync(HttpRequest request, ImportTarget target, DurableTaskClient client, CancellationToken ct)
    {
        var headers = request.Headers;
        var folder = UploadStore.Annotations(target.Resource, target.Id);
        if (!headers.ContainsKey("Upload-Finish") && headers.ContainsKey("Upload-Start"))
        {
            return Wire.Empty(StatusCodes.Status202Accepted);
        }

        if (!headers.ContainsKey("Upload-Finish") && headers.ContainsKey("Upload-Length"))
        {
            var url = $"{request.BaseUrl()}/api/{target.Resource}s/{target.Id}/annotations";
            return await tus.CreateAsync(request, folder, request.Actor().UserId, url, offerFileId: true);
        }

        var parameters = Parameters(request, target.Task);
        if (await places.SourceAsync(request, target.Task.SourceStorage, ct) is { } source)
        {
            return await StartAsync(request, target, parameters with { FileName = source.Key, CloudStorageId = source.StorageId }, client, ct);
        }

        var file = await FileAsync(request, folder, ct);
        return await StartAsync(request, target, parameters with { Blob = file.BlobName, FileName = file.Name }, client, ct);
    }

    private static ImportParameters Parameters(HttpRequest request, AnnotationTask task)
    {
        var format = request.QueryText("format") ?? throw CvatException.Rule("The format was not specified");
        if (FormatRegistry.FindImporter(format) is null)
        {
            throw CvatException.Rule($"Unknown input format '{format}'");
        }

        var mode = request.QueryText("import_mode") ?? "replace";
        if (mode is not ("replace" or "append"))
        {
            throw CvatException.Rule($"Invalid import_mode='{mode}'. Allowed: replace, append");
        }

        if (task.Data is null)
        {
            throw CvatException.Rule("Importing annotations into a task without data is not allowed");
        }

        return new(format, "", "", mode == "append", request.QueryBool("conv_mask_to_poly") ?? true);
    }

    private async Task<UploadedFile> FileAsync(HttpRequest request, string folder, CancellationToken ct)
    {
        if (MultipartUploads.IsMultipart(request))
        {
            var (_, files) = await multipart.ReadAsync(request, folder, "annotation_file", indexed: false);
            return files.Count == 1 ? files[0] : throw CvatException.Field("annotation_file", "No file was submitted.");
        }

        var name = request.QueryText("filename") ?? throw CvatException.Rule("The filename was not specified");
        return await uploads.FindFileAsync(folder, name, ct) ?? throw CvatException.Rule("No such file were uploaded");
    }

    private async Task<IActionResult> StartAsync(HttpRequest request, ImportTarget target, ImportParameters parameters, DurableTaskClient client, CancellationToken ct)
    {
        var id = $"action=import&target={target.Resource}&target_id={target.Id}&subresource=annotations";
        var instance = requests.NewInstanceId(id);
        parameters = parameters.CloudStorageId is null ? parameters : parameters with { Blob = ImportParameters.FetchedBlob(instance) };
        var draft = new WorkRequest
        {
            Id = id,
            InstanceId = instance,
            Orchestrator = ImportAnnotationsOrchestrator.Name,
            Action = "import",
            Target = target.Resource,
            Subresource = "annotations",
            ProjectId = target.Task.ProjectId,
            TaskId = target.Task.Id,
            JobId = target.JobId,
            Format = parameters.Format,
            InputBlob = $"imports/{instance}.json",
            OwnerId = request.Actor().UserId,
            CreatedDate = time.GetUtcNow(),
        };
        return Wire.Started(id, await requests.StartAsync(client, target.Workspace, draft, parameters, ImportJson.Default.ImportParameters, ct));
    }
}
