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
public sealed class RenderParts(Access access, AnnotationService annotations, TaskFrames frames, ExportContexts contexts, IBlobStore blobs, WorkRequests requests, TimeProvider time)
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
        Func<ExportPart, Task>? render = null;
        foreach (var part in parts)
        {
            if (await blobs.FindAsync(part.Blob, ct) is not { } known || time.GetUtcNow() - known.LastModified > ExportBlobs.PartReuse)
            {
                render ??= await RendererAsync(request.Value, ct);
                await render(part);
            }

            if (!await requests.AdvanceAsync(step.Item, Share / step.Plan.PartCount, "Writing the annotations", ct))
            {
                return;
            }
        }
    }

    /// <summary>Reads what all parts need once; nothing where every part is there already.</summary>
    private async Task<Func<ExportPart, Task>> RendererAsync(WorkRequest request, CancellationToken ct)
    {
        var exporter = FormatRegistry.FindExporter(request.Format!) ?? throw CvatException.Rule("Unknown format specified for the request");
        var found = await access.FindTaskAsync(request.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
        var context = await contexts.CreateAsync(request, ct);
        var data = request.JobId is { } jobId
            ? (await annotations.ReadAsync(found.Workspace, (await annotations.JobsAsync(found.Workspace, found.Task.Id, jobId, ct))[0], ct)).Data
            : await annotations.ReadTaskAsync(found, ct);
        var timeline = new FrameTimeline(new AttributeCompletion(context.Names).Complete(data), found.Task.Data!.DeletedFrames);
        return async part =>
        {
            var covered = TaskFrames.Shown(await frames.ListAsync(found.Task.Data, new Segment(part.StartFrame, part.StopFrame), includeDeleted: false, ct), found.Task, request.JobId);
            var rendered = timeline.Between(covered).Select(frame => new RenderedLine(frame.Frame.Number, exporter.RenderFrame(context, frame)));
            await blobs.WriteAsync(part.Blob, rendered, ExportJson.Default.RenderedLine, ct);
        };
    }
}
