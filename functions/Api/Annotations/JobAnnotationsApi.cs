using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Jobs;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Annotations;

/// <summary>Annotations of jobs.</summary>
public sealed class JobAnnotationsApi(Access access, AnnotationService annotations, AnnotationUpload upload, TusProtocol tus)
{
    private const string Path = "api/jobs/{id:int}/annotations";

    /// <summary>All annotations, attributes completed with their defaults.</summary>
    [Function("jobs_retrieve_annotations")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Path)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.View, ct);
        AnnotationsRequest.RefuseOldExport(req);
        var labels = new LabelIndex(await annotations.LabelsAsync(found.Workspace, found.Task, ct));
        return AnnotationsRequest.Write(new AttributeCompletion(labels).Complete((await annotations.ReadAsync(found.Workspace, found.Job, ct)).Data));
    }

    /// <summary>Replaces all annotations.</summary>
    [Function("jobs_update_annotations")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Path)] HttpRequest req, int id, CancellationToken ct)
    {
        AnnotationsRequest.RefuseOldImport(req);
        return await SaveAsync(req, id, AnnotationAction.Replace, ct);
    }

    /// <summary>Creates, updates or deletes some annotations.</summary>
    [Function("jobs_partial_update_annotations")]
    public async Task<IActionResult> PartialUpdate([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Path)] HttpRequest req, int id, CancellationToken ct) =>
        await SaveAsync(req, id, AnnotationsRequest.Action(req), ct);

    /// <summary>Deletes all annotations.</summary>
    [Function("jobs_destroy_annotations")]
    public async Task<IActionResult> Destroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Path)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.UpdateAnnotations, ct);
        await annotations.WriteAsync(req.Actor(), found, OperationKind.Clear, LabeledData.Empty, "", ct);
        return Wire.NoContent();
    }

    /// <summary>Imports annotations from a file.</summary>
    [Function("jobs_create_annotations")]
    public async Task<IActionResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Path)] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.UpdateAnnotations, ct);
        return await upload.ReceiveAsync(req, new(found.Workspace, "job", id, found.Task, found.Job.Id), client, ct);
    }

    /// <summary>A piece of a resumable upload, or a question how far it has come (TUS).</summary>
    [Function("jobs_upload_annotations_file")]
    public async Task<IActionResult> UploadFile(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", "head", Route = Path + "/{fileId}")] HttpRequest req, int id, string fileId, CancellationToken ct)
    {
        await access.JobAsync(req.Actor(), id, JobPolicy.UpdateAnnotations, ct);
        var target = UploadStore.Annotations("job", id);
        return HttpMethods.IsHead(req.Method)
            ? await tus.HeadAsync(req, target, req.Actor().UserId, fileId)
            : await tus.AppendAsync(req, target, req.Actor().UserId, fileId);
    }

    private async Task<IActionResult> SaveAsync(HttpRequest req, int id, AnnotationAction action, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.UpdateAnnotations, ct);
        var body = await AnnotationsRequest.ReadAsync(req, action, await annotations.LabelsAsync(found.Workspace, found.Task, ct), ct);
        return AnnotationsRequest.Write(await annotations.WriteAsync(req.Actor(), found, AnnotationsRequest.Kind(action), body, "", ct));
    }
}
