using System.Runtime.CompilerServices;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Formats;
using CvatServerless.Formats.Model;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using CvatServerless.Media.Archives;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.ExportDataset;

/// <summary>Puts rendered parts and pictures together to one zip, as a stream: pictures are copied from the chunks of originals as they are.</summary>
public sealed class StitchExport(Access access, TaskFrames frames, ExportContexts contexts, IBlobStore blobs, WorkRequests requests, CloudFiles files, TaskPictures pictures)
{
    /// <summary>The function's name.</summary>
    public const string Name = "StitchExport";

    private const double Share = 0.5;

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] ExportStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is { } read)
        {
            var exporter = FormatRegistry.FindExporter(read.Value.Format!) ?? throw CvatException.Rule("Unknown format specified for the request");
            var found = await access.FindTaskAsync(read.Value.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
            var context = await contexts.CreateAsync(read.Value, ct);
            var result = ExportBlobs.Result(step.Item.InstanceId);
            if (await blobs.FindAsync(result, ct) is null)
            {
                await StitchAsync(step, read.Value, exporter, found.Task, context, ct);
            }

            await files.FinishAsync(step.Item, read.Value, result, read.Value.ResultFileName ?? DatasetNames.Of(read.Value, found.Task, context.Updated, exporter.Info), ct);
        }

        if (CloudFiles.IsDelivered(await requests.FindAnyAsync(step.Item, ct)))
        {
            // It is in a bucket, or was cancelled, perhaps meanwhile: nobody will ask for the file.
            await blobs.DeleteFolderAsync(ExportBlobs.Folder(step.Item.InstanceId), ct);
        }
    }

    private async Task StitchAsync(ExportStep step, WorkRequest request, IDatasetExporter exporter, AnnotationTask task, ExportContext context, CancellationToken ct)
    {
        var parts = await blobs.ReadAsync(ExportBlobs.Plan(step.Item.InstanceId), ExportJson.Default.ExportPart, ct).ToListAsync(ct);
        var covered = TaskFrames.Shown(await frames.ListAsync(task.Data!, new Segment(parts[0].StartFrame, parts[^1].StopFrame), includeDeleted: false, ct), task, request.JobId);
        var byNumber = covered.ToDictionary(frame => frame.Number);
        await blobs.WriteAsync(
            ExportBlobs.Result(step.Item.InstanceId),
            async (stream, token) =>
            {
                var zip = new ZipStoreWriter(stream);
                await exporter.WriteAsync(context, () => ReadAsync(parts, byNumber, token), new ZipSink(zip), token);
                if (request.Subresource == "dataset")
                {
                    await CopyPicturesAsync(step.Item, zip, covered, frame => exporter.MediaPath(context, frame), task.Data!, token);
                }

                await zip.FinishAsync(token);
            },
            BlobCondition.None,
            ct);
    }

    private async IAsyncEnumerable<RenderedFrame> ReadAsync(
        List<ExportPart> parts, Dictionary<int, ExportFrame> byNumber, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var part in parts)
        {
            await foreach (var line in blobs.ReadAsync(part.Blob, ExportJson.Default.RenderedLine, ct))
            {
                if (byNumber.TryGetValue(line.Frame, out var frame))
                {
                    yield return new(frame, line.Text);
                }
            }
        }
    }

    private async Task CopyPicturesAsync(
        WorkItem item, ZipStoreWriter zip, IReadOnlyList<ExportFrame> covered, Func<ExportFrame, string> pathOf, TaskData data, CancellationToken ct)
    {
        var chunks = covered.GroupBy(frame => frame.Number / data.ChunkSize).ToList();
        foreach (var chunk in chunks)
        {
            await pictures.CopyAsync(data, chunk.Key, [.. chunk], pathOf, zip, ct);
            await requests.AdvanceAsync(item, Share / chunks.Count, "Adding the pictures", ct);
        }
    }

    private sealed class ZipSink(ZipStoreWriter zip) : IDatasetSink
    {
        public Stream Create(string path) => zip.OpenEntry(path, compress: true);
    }
}

/// <summary>After a failure: the request says why, what was written goes; rendered parts stay for another try.</summary>
public sealed class FailExport(IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FailExport";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure failure, CancellationToken ct)
    {
        await blobs.DeleteFolderAsync(ExportBlobs.Folder(failure.Item.InstanceId), ct);
        await requests.FailAsync(failure.Item, failure.Message, ct);
    }
}
