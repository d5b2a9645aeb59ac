using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.TaskMedia;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Data;

/// <summary>Media of jobs: chunks, frames, meta, preview.</summary>
public sealed class JobDataApi(Access access, DataService data, DeletedFrames deletedFrames)
{
    /// <summary>A chunk, a frame, or a frame's context images.</summary>
    [Function("jobs_retrieve_data")]
    public async Task<IActionResult> Retrieve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/jobs/{id:int}/data")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.View, ct);
        var query = DataQuery.Parse(req, forJob: true);
        var media = DataService.Require(found.Task);
        return query.Type switch
        {
            "chunk" when Frames(found) is { Included: not null } chosen => await data.ChosenChunkAsync(media, query, found.Job.Id, chosen, ct),
            "chunk" => await data.ChunkAsync(media, query.Quality, Cut(found.Job, media, query), ct),
            "frame" => await data.FrameAsync(media, query.Quality, Frames(found), query.Number ?? -1, "job", ct),
            _ => await data.ContextImagesAsync(media, Frames(found), query.Number ?? -1, "job", ct),
        };
    }

    /// <summary>Names, sizes and numbering of the job's frames.</summary>
    [Function("jobs_retrieve_data_meta")]
    public async Task<IActionResult> RetrieveMeta(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/jobs/{id:int}/data/meta")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.View, ct);
        return await data.MetaAsync(DataService.Require(found.Task), Frames(found), ct);
    }

    /// <summary>Marks frames of the job as deleted.</summary>
    [Function("jobs_partial_update_data_meta")]
    public async Task<IActionResult> UpdateMeta(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/jobs/{id:int}/data/meta")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.UpdateAnnotations, ct);
        var frames = Frames(found);
        var deleted = DeletedFrames.Parse(await Wire.BodyAsync(req, ct), frames.Segment, isRequired: true)!;
        if (frames.Disabled is not null)
        {
            var task = await deletedFrames.DisableAsync(req.Actor(), found.Workspace, found.Task.Id, deleted, ct);
            return await data.MetaAsync(DataService.Require(task), frames with { Disabled = task.Validation!.DisabledFrames }, ct);
        }

        var media = await deletedFrames.ReplaceAsync(req.Actor(), found.Workspace, found.Task.Id, frames.Segment, deleted, ct);
        return await data.MetaAsync(media, frames, ct);
    }

    /// <summary>A small picture of the job's first frame.</summary>
    [Function("jobs_retrieve_preview")]
    public async Task<IActionResult> RetrievePreview(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/jobs/{id:int}/preview")] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(req.Actor(), id, JobPolicy.View, ct);
        return await data.PreviewAsync(req, found.Task, Frames(found).First, ct);
    }

    private static JobFrames Frames(FoundJob found) => JobFrames.Of(found.Job, found.Task);

    private static Segment Cut(Job job, TaskData data, DataQuery query) =>
        query.Index is { } index ? ChunkCuts.OfJobByIndex(job, data, index) : ChunkCuts.OfJobByNumber(job, data, query.Number!.Value);
}
