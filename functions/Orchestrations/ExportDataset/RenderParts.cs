using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Formats;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.ExportDataset;

/// <summary>Renders the frames of some jobs to text, each job's into a blob of its own; what is there already is left as it is.</summary>
public sealed class RenderParts(Access access, AnnotationService annotations, TaskFrames frames, ExportContexts contexts, IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "RenderParts";

    /// <summary>The share of the progress bar that rendering takes.</summary>
    private const double Share = 0.5;

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] ExportStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is not { } request)
        {
            return;
        }

        var parts = await blobs.ReadAsync(ExportBlobs.Plan(step.Item.InstanceId), ExportJson.Default.ExportPart, ct)
            .Skip(step.Number * step.Plan.PartsPerStep).Take(step.Plan.PartsPerStep).ToListAsync(ct);
        FrameTimeline? timeline = null;
        foreach (var part in parts)
        {
            if (await blobs.FindAsync(part.Blob, ct) is null)
            {
                timeline ??= await TimelineAsync(request.Value, ct);
                await RenderAsync(request.Value, part, timeline, ct);
            }

            await requests.AdvanceAsync(step.Item, Share / step.Plan.PartCount, "Writing the annotations", ct);
        }
    }

    private async Task<FrameTimeline> TimelineAsync(WorkRequest request, CancellationToken ct)
    {
        var found = await access.FindTaskAsync(request.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
        var labels = new LabelIndex(await annotations.LabelsAsync(found.Workspace, found.Task, ct));
        var data = request.JobId is { } jobId
            ? (await annotations.ReadAsync(found.Workspace, (await annotations.JobsAsync(found.Workspace, found.Task.Id, ct)).First(job => job.Id == jobId), ct)).Data
            : await annotations.ReadTaskAsync(found, ct);
        return new FrameTimeline(new AttributeCompletion(labels).Complete(data), found.Task.Data!.DeletedFrames);
    }

    private async Task RenderAsync(WorkRequest request, ExportPart part, FrameTimeline timeline, CancellationToken ct)
    {
        var exporter = FormatRegistry.FindExporter(request.Format!) ?? throw CvatException.Rule("Unknown format specified for the request");
        var context = await contexts.CreateAsync(request, ct);
        var found = await access.FindTaskAsync(request.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
        var covered = await frames.ListAsync(found.Task.Data!, new Segment(part.StartFrame, part.StopFrame), includeDeleted: false, ct);
        var rendered = timeline.Between(covered).Select(frame => new RenderedLine(frame.Frame.Number, exporter.RenderFrame(context, frame)));
        await blobs.WriteAsync(part.Blob, rendered, ExportJson.Default.RenderedLine, ct);
    }
}
