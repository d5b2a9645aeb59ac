using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Http;
using CvatServerless.Storage.Annotations;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.ExportDataset;

/// <summary>Decides which job contributes which frames, and under which names their rendered annotations are kept.</summary>
public sealed class PlanExport(Access access, AnnotationService annotations, IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "PlanExport";

    /// <summary>Counts up when rendering changes, so that parts of an earlier release are not used again.</summary>
    private const int RenderingVersion = 2;

    /// <summary>Runs the step; safe to repeat. Null where there is nothing left to do.</summary>
    [Function(Name)]
    public async Task<ExportPlan?> Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } request)
        {
            return null;
        }

        await requests.BeginAsync(item, "Preparing the export", ct);
        var found = await access.FindTaskAsync(request.Value.TaskId!.Value, ct) ?? throw CvatException.Rule("The task was deleted meanwhile.");
        var jobs = await annotations.JobsAsync(found.Workspace, found.Task.Id, request.Value.JobId, ct);
        var labels = await annotations.LabelsAsync(found.Workspace, found.Task, ct);
        var states = new List<(Job Job, JobAnnotations State)>();
        foreach (var job in jobs)
        {
            states.Add((job, await annotations.ReadAsync(found.Workspace, job, ct)));
        }

        var parts = Parts(request.Value, found, labels, states);
        await blobs.WriteAsync(ExportBlobs.Plan(item.InstanceId), parts, ExportJson.Default.ExportPart, ct);
        return new(parts.Count, Math.Max(1, (parts.Count + ExportPlan.MaxSteps - 1) / ExportPlan.MaxSteps));
    }

    private static List<ExportPart> Parts(WorkRequest request, FoundTask found, IReadOnlyList<Label> labels, List<(Job Job, JobAnnotations State)> states)
    {
        var parts = new List<ExportPart>();
        var labelsHash = HashOf(string.Concat(labels.Select(label => System.Text.Json.JsonSerializer.Serialize(label, DomainJson.Default.Label))));
        var hasTracks = states.Any(entry => entry.State.Data.Tracks.Count > 0);
        var next = 0;
        for (var i = 0; i < states.Count; i++)
        {
            var job = states[i].Job;
            if (request.JobId is { } only)
            {
                if (job.Id == only)
                {
                    parts.Add(new(job.Id, job.StartFrame, job.StopFrame, Blob(job.StartFrame, job.StopFrame, [states[i]])));
                }
            }
            else if (job.StopFrame >= next)
            {
                var start = Math.Max(next, job.StartFrame);
                parts.Add(new(job.Id, start, job.StopFrame, Blob(start, job.StopFrame, states)));
                next = job.StopFrame + 1;
            }
        }

        return parts;

        string Blob(int start, int stop, List<(Job Job, JobAnnotations State)> all) =>
            ExportBlobs.Part(found.Task.Id, Key(request, found, labelsHash, start, stop, hasTracks ? all : Near(all, start, stop)));
    }

    /// <summary>
    /// The jobs whose annotations can show on these frames where there are no tracks: those that overlap them or touch them. (Tracks reach further, and are
    /// numbered over the whole export: with any of them, every job counts.)
    /// </summary>
    private static IEnumerable<(Job Job, JobAnnotations State)> Near(List<(Job Job, JobAnnotations State)> all, int start, int stop) =>
        all.Where(entry => entry.Job.StartFrame <= stop + 1 && entry.Job.StopFrame >= start - 1);

    private static string Key(
        WorkRequest request, FoundTask found, string labelsHash, int start, int stop, IEnumerable<(Job Job, JobAnnotations State)> relevant)
    {
        var data = found.Task.Data!;
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{RenderingVersion}|{request.Format}|{request.JobId}|{data.DataId}|{start}|{stop}|{found.Task.Overlap}|{labelsHash}|")
            .AppendJoin(',', data.DeletedFrames).Append('|')
            .AppendJoin(',', data.HoneypotRealFrames ?? []).Append('|')
            .AppendJoin(',', relevant.Select(entry => $"{entry.Job.Id}@{entry.State.Revision}"));
        return HashOf(text.ToString());
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
