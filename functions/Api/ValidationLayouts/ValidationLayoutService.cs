using System.Security.Cryptography;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Data;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.ValidationLayouts;

/// <summary>Changes validation layouts. Source: contract-data.md §7.</summary>
public sealed class ValidationLayoutService(IWorkspaces workspaces, DeletedFrames frames, HoneypotDraws draws)
{
    /// <summary>Changes a task's; returns the task.</summary>
    /// <exception cref="CvatException">400.</exception>
    internal async Task<AnnotationTask> UpdateAsync(HttpRequest req, FoundTask found, CancellationToken ct)
    {
        var (disabled, honeypots) = ValidationLayoutRules.OfTask(await Wire.FieldsAsync(req, partial: true, ct));
        var (task, actorId) = (found.Task, req.Actor().UserId);
        var layout = task.Validation ?? throw CvatException.Rule("Task has no validation setup configured. Validation must be initialized during task creation");
        if (honeypots is not null && !layout.IsPool)
        {
            throw CvatException.Rule("Honeypots can only be changed in tasks with the validation mode 'gt_pool'");
        }

        if (disabled is not null)
        {
            if (disabled.Except(layout.Frames).ToList() is { Count: > 0 } unknown)
            {
                throw CvatException.Rule($"Unknown validation frames specified: {string.Join(", ", unknown.Take(20))}");
            }

            task = await frames.DisableAsync(req.Actor(), found.Workspace, task.Id, disabled, ct);
        }

        if (honeypots is null)
        {
            return task;
        }

        var jobs = await workspaces.ReadAsync(
            found.Workspace, view => view.JobsOf(task).Where(job => job.Type == Job.Annotation).Select(job => job.Segment).OrderBy(segment => segment.StartFrame).ToList(), ct);
        return await draws.RunAsync(actorId, found.Workspace, task, Chosen, ct);

        IReadOnlyList<int> Chosen(AnnotationTask now) => honeypots.RealFrames is { } real
            ? HoneypotDraw.ByHand(now, new(0, now.Data!.Size - 1), real)
            : HoneypotDraw.AtRandom(now, jobs, keepsOthers: false, NewRandom());
    }

    /// <summary>Changes a job's; returns its task.</summary>
    /// <exception cref="CvatException">400.</exception>
    internal async Task<AnnotationTask> UpdateAsync(HttpRequest req, FoundJob found, CancellationToken ct)
    {
        var honeypots = ValidationLayoutRules.OfJob(await Wire.FieldsAsync(req, partial: true, ct));
        if (found.Task.Validation is not { IsPool: true })
        {
            throw CvatException.Rule("Honeypots can only be changed in jobs of tasks with the validation mode 'gt_pool'");
        }

        if (found.Job.Type == Job.GroundTruth)
        {
            throw CvatException.Rule("Honeypots cannot exist in ground_truth jobs");
        }

        return await draws.RunAsync(req.Actor().UserId, found.Workspace, found.Task, Chosen, ct);

        IReadOnlyList<int> Chosen(AnnotationTask now) => honeypots.RealFrames is { } real
            ? HoneypotDraw.ByHand(now, found.Job.Segment, real)
            : HoneypotDraw.AtRandom(now, [found.Job.Segment], keepsOthers: true, NewRandom());
    }

    private static NumpyRandom NewRandom() => new(RandomNumberGenerator.GetInt32(int.MaxValue));
}
