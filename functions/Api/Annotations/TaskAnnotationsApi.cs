using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Annotations;

/// <summary>Annotations of tasks: sliced to the jobs when written, merged when read.</summary>
public sealed class TaskAnnotationsApi(Access access, AnnotationService annotations, AnnotationUpload upload, TusProtocol tus)
{
    private const string Path = "api/tasks/{id:int}/annotations";

    /// <summary>All annotations, merged over the jobs, attributes completed with their defaults.</summary>
    [Function("tasks_retrieve_annotations")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Path)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        AnnotationsRequest.RefuseOldExport(req);
        if (found.Task.Data is null)
        {
            throw CvatException.Rule("Exporting annotations from a task without data is not allowed");
        }

        var labels = new LabelIndex(await annotations.LabelsAsync(found.Workspace, found.Task, ct));
        return AnnotationsRequest.Write(new AttributeCompletion(labels).Complete(await annotations.ReadTaskAsync(found, ct)));
    }

    /// <summary>Replaces all annotations.</summary>
    [Function("tasks_update_annotations")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Path)] HttpRequest req, int id, CancellationToken ct)
    {
        AnnotationsRequest.RefuseOldImport(req);
        return await SaveAsync(req, id, AnnotationAction.Replace, ct);
    }

    /// <summary>Creates, updates or deletes some annotations.</summary>
    [Function("tasks_partial_update_annotations")]
    public async Task<IActionResult> PartialUpdate([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Path)] HttpRequest req, int id, CancellationToken ct) =>
        await SaveAsync(req, id, AnnotationsRequest.Action(req), ct);

    /// <summary>Deletes all annotations of the annotation jobs.</summary>
    [Function("tasks_destroy_annotations")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Path)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        await annotations.WriteTaskAsync(req.Actor(), found, OperationKind.Clear, LabeledData.Empty, ct);
        return Wire.NoContent();
    }

    /// <summary>Imports annotations from a file.</summary>
    [Function("tasks_create_annotations")]
    public async Task<IActionResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Path)] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        return await upload.ReceiveAsync(req, new(found.Workspace, "task", id, found.Task, null), client, ct);
    }

    /// <summary>A piece of a resumable upload, or a question how far it has come (TUS).</summary>
    [Function("tasks_upload_annotations_file")]
    public async Task<IActionResult> UploadFile(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", "head", Route = Path + "/{fileId}")] HttpRequest req, int id, string fileId, CancellationToken ct)
    {
        await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        var target = UploadStore.Annotations("task", id);
        return HttpMethods.IsHead(req.Method)
            ? await tus.HeadAsync(req, target, req.Actor().UserId, fileId)
            : await tus.AppendAsync(req, target, req.Actor().UserId, fileId);
    }

    private async Task<IActionResult> SaveAsync(HttpRequest req, int id, AnnotationAction action, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        if (found.Task.Data is null)
        {
            throw CvatException.Rule("Annotations of a task without data can't be changed");
        }

        var body = await AnnotationsRequest.ReadAsync(req, action, await annotations.LabelsAsync(found.Workspace, found.Task, ct), ct);
        return AnnotationsRequest.Write(await annotations.WriteTaskAsync(req.Actor(), found, AnnotationsRequest.Kind(action), body, ct));
    }
}
