using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Formats;
using CvatServerless.Formats.Model;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Uploads;
using CvatServerless.Media;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.ImportAnnotations;

/// <summary>
/// Reads the whole file, then saves it job by job. Each job's save bears the attempt's key, so a repetition after a crash saves only what is missing.
/// </summary>
public sealed class ApplyAnnotationFile(
    Access access, AnnotationService annotations, TaskFrames frames, IBlobStore blobs, WorkRequests requests, CloudFiles files, MediaOptions options)
{
    /// <summary>The function's name.</summary>
    public const string Name = "ApplyAnnotationFile";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } request)
        {
            return;
        }

        await requests.BeginAsync(item, "Reading the file", ct);
        var parameters = await ReadParametersAsync(request.Value.InputBlob!, ct);
        var found = await access.FindTaskAsync(request.Value.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
        var labels = await annotations.LabelsAsync(found.Workspace, found.Task, ct);
        var jobs = await annotations.JobsAsync(found.Workspace, found.Task.Id, request.Value.JobId, ct);
        var range = request.Value.JobId is { } jobId
            ? jobs.Where(job => job.Id == jobId).Select(job => new Segment(job.StartFrame, job.StopFrame)).FirstOrDefault()
            : new Segment(0, found.Task.Data!.Size - 1);
        var data = await ReadFileAsync(parameters, new ImportContext
        {
            Labels = labels,
            Frames = request.Value.JobId is null
                ? TaskFrames.Shown(await frames.ListAsync(found.Task.Data!, range, includeDeleted: true, ct), found.Task, jobId: null)
                : await frames.ListAsync(found.Task.Data!, range, includeDeleted: true, ct),
            IsVideo = found.Task.Data!.Mode == "interpolation",
            ConvertMasksToPolygons = parameters.ConvertMasksToPolygons,
        }, ct);
        LabelReferences.Check(data, new LabelIndex(labels));
        data = request.Value.JobId is null ? PoolAnnotations.OfTask(found.Task, OperationKind.Import, data) : data;
        PoolAnnotations.Check(found.Task, data);
        foreach (var job in jobs.Where(job => request.Value.JobId is null || job.Id == request.Value.JobId))
        {
            var slice = AnnotationSlicer.Slice(data, job.StartFrame, job.StopFrame, found.Task.Data.Dimension == "3d");
            await annotations.WriteAsync(request.Value.OwnerId ?? 0, found.Workspace, job.Id, OperationKind.Import, !parameters.IsAppend, slice, item.InstanceId, ct);
            await requests.AdvanceAsync(item, 1.0 / jobs.Count, "Saving the annotations", ct);
        }
    }

    private async Task<LabeledData> ReadFileAsync(ImportParameters parameters, ImportContext context, CancellationToken ct)
    {
        if (parameters.CloudStorageId is { } storage)
        {
            await files.FetchAsync(storage, parameters.FileName, parameters.Blob, ct);
        }

        var importer = FormatRegistry.FindImporter(parameters.Format) ?? throw CvatException.Rule($"Unknown input format '{parameters.Format}'");
        await using var file = await DatasetFile.OpenAsync(parameters.FileName, await blobs.OpenReadAsync(parameters.Blob, 0, null, ct), options, ct);
        return await importer.ReadAsync(context, file, ct);
    }

    private async Task<ImportParameters> ReadParametersAsync(string blob, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(blob, 0, null, ct);
        return await JsonSerializer.DeserializeAsync(stream, ImportJson.Default.ImportParameters, ct) ?? throw new InvalidDataException("No parameters.");
    }
}

/// <summary>Closes an import either way and removes the uploaded file.</summary>
public sealed class EndImport(IBlobStore blobs, UploadStore uploads, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "EndImport";

    /// <summary>Runs the step; safe to repeat. An empty message means success.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure end, CancellationToken ct)
    {
        if (await requests.FindAsync(end.Item, ct) is not { } request)
        {
            return;
        }

        var resource = request.Value.Target;
        await uploads.ClearAsync(UploadStore.Annotations(resource, (resource == "job" ? request.Value.JobId : request.Value.TaskId)!.Value), ct);
        await blobs.DeleteAsync(ImportParameters.FetchedBlob(end.Item.InstanceId), ct);
        await blobs.DeleteAsync(request.Value.InputBlob!, ct);
        await (end.Message.Length == 0 ? requests.FinishAsync(end.Item, done => done, ct) : requests.FailAsync(end.Item, end.Message, ct));
    }
}
