using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Data;

/// <summary>Media of tasks: upload, chunks, frames, meta, preview.</summary>
public sealed class TaskDataApi(Access access, DataService data, DeletedFrames deletedFrames, CloudLink link, TaskUpload upload, TusProtocol tus)
{
    /// <summary>Receives files and parameters, and starts the creation of the task's data.</summary>
    [Function("tasks_create_data")]
    public async Task<IActionResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/tasks/{id:int}/data")] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        return await upload.ReceiveAsync(req, found, client, ct);
    }

    /// <summary>Receives files and adds them behind those that the task has: an extension of this product, in all forms of <c>tasks_create_data</c>.</summary>
    [Function("tasks_append_data")]
    public async Task<IActionResult> Append(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/tasks/{id:int}/data/append")] HttpRequest req, int id, [DurableClient] DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        return await upload.AppendAsync(req, found, client, ct);
    }

    /// <summary>A chunk, a frame, or a frame's context images.</summary>
    [Function("tasks_retrieve_data")]
    public async Task<IActionResult> Retrieve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/tasks/{id:int}/data")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        var query = DataQuery.Parse(req, forJob: false);
        var media = DataService.Require(found.Task);
        return query.Type switch
        {
            "chunk" => await data.ChunkAsync(media, query.Quality, ChunkCuts.OfTask(media, query.Number!.Value), ct),
            "frame" => await data.FrameAsync(media, query.Quality, new(new(0, media.Size - 1)), query.Number!.Value, "task", ct),
            _ => await data.ContextImagesAsync(media, new(new(0, media.Size - 1)), query.Number!.Value, "task", ct),
        };
    }

    /// <summary>Names, sizes and numbering of the frames.</summary>
    [Function("tasks_retrieve_data_meta")]
    public async Task<IActionResult> RetrieveMeta(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/tasks/{id:int}/data/meta")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        var media = DataService.Require(found.Task);
        return await data.MetaAsync(media, new(new(0, media.Size - 1)), ct);
    }

    /// <summary>Marks frames as deleted, or names another cloud storage that the pictures are in.</summary>
    [Function("tasks_partial_update_data_meta")]
    public async Task<IActionResult> UpdateMeta(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/tasks/{id:int}/data/meta")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        var media = DataService.Require(found.Task);
        var all = new Segment(0, media.Size - 1);
        var body = await Wire.BodyAsync(req, ct);
        var deleted = DeletedFrames.Parse(body, all, isRequired: false);
        if (deleted is not null)
        {
            DeletedFrames.RefusePool(found.Task, deleted);
        }

        media = await link.ChangeAsync(req.Actor(), found, body, ct) ?? media;
        if (deleted is not null)
        {
            media = await deletedFrames.ReplaceAsync(req.Actor(), found.Workspace, id, all, deleted, ct);
        }

        return await data.MetaAsync(media, new(all), ct);
    }

    /// <summary>A small picture of the first frame.</summary>
    [Function("tasks_retrieve_preview")]
    public async Task<IActionResult> RetrievePreview(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/tasks/{id:int}/preview")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.View, ct);
        return await data.PreviewAsync(req, found.Task, 0, ct);
    }

    /// <summary>A piece of a resumable upload, or a question how far it has come (TUS; named so that <c>data/meta</c> comes first on the host).</summary>
    [Function("tasks_upload_data_file")]
    public async Task<IActionResult> UploadFile(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", "head", Route = "api/tasks/{id:int}/data/{fileId}")] HttpRequest req, int id, string fileId, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.UpdateDescription, ct);
        return HttpMethods.IsHead(req.Method)
            ? await tus.HeadAsync(req, UploadStore.TaskData(found.Task), req.Actor().UserId, fileId)
            : await tus.AppendAsync(req, UploadStore.TaskData(found.Task), req.Actor().UserId, fileId);
    }
}
