using System.Text.Json.Serialization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Api.Data;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>Schema <c>TaskValidationLayoutRead</c>; without ground truth only the mode, which is null.</summary>
internal sealed record ValidationLayoutRead
{
    public string? Mode { get; init; }

    public int? FramesPerJobCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ValidationFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? DisabledFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HoneypotCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? HoneypotFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? HoneypotRealFrames { get; init; }

    public static ValidationLayoutRead Of(ValidationLayout? layout) => layout is null ? new() : new()
    {
        Mode = ValidationLayout.Mode,
        ValidationFrames = layout.Frames,
        DisabledFrames = layout.DisabledFrames,
        HoneypotCount = 0,
        HoneypotFrames = [],
        HoneypotRealFrames = [],
    };
}

/// <summary>Validation layouts of tasks and jobs. Source: contract-data.md §7.</summary>
public sealed class ValidationLayoutsApi(Access access, DeletedFrames frames)
{
    private const string TaskRoute = "api/tasks/{id:int}/validation_layout";
    private const string JobRoute = "api/jobs/{id:int}/validation_layout";

    [Function("tasks_retrieve_validation_layout")]
    public async Task<IActionResult> RetrieveOfTask([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = TaskRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.TaskAsync(req.Actor(), id, TaskPolicy.ValidationLayout, ct);
        return Wire.Json(ValidationLayoutRead.Of(found.Task.Validation), WireJson.Default.ValidationLayoutRead);
    }

    [Function("tasks_partial_update_validation_layout")]
    public async Task<IActionResult> UpdateOfTask([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = TaskRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await access.TaskAsync(actor, id, TaskPolicy.ValidationLayout, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        var disabled = fields.Ints("disabled_frames");
        fields.Errors.ThrowIfAny();
        var layout = found.Task.Validation ?? throw CvatException.Rule("Task has no validation setup configured. Validation must be initialized during task creation");
        if (fields.Has("frame_selection_method") || fields.Has("honeypot_real_frames"))
        {
            throw CvatException.Rule("Honeypots can only be changed in tasks with the validation mode 'gt_pool'");
        }

        if (disabled is null)
        {
            return Wire.Json(ValidationLayoutRead.Of(layout), WireJson.Default.ValidationLayoutRead);
        }

        if (disabled.Except(layout.Frames).ToList() is { Count: > 0 } unknown)
        {
            throw CvatException.Rule($"Unknown validation frames specified: {string.Join(", ", unknown.Take(20))}");
        }

        layout = await frames.DisableAsync(actor, found.Workspace, id, disabled, ct);
        return Wire.Json(ValidationLayoutRead.Of(layout), WireJson.Default.ValidationLayoutRead);
    }

    /// <summary>Only jobs of tasks with honeypots have more to say than nothing.</summary>
    [Function("jobs_retrieve_validation_layout")]
    public async Task<IActionResult> RetrieveOfJob([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = JobRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        await access.JobAsync(req.Actor(), id, JobPolicy.ValidationLayout, ct);
        return Wire.Json(new JobValidationLayoutRead(), WireJson.Default.JobValidationLayoutRead);
    }

    [Function("jobs_partial_update_validation_layout")]
    public async Task<IActionResult> UpdateOfJob([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = JobRoute)] HttpRequest req, int id, CancellationToken ct)
    {
        await access.JobAsync(req.Actor(), id, JobPolicy.ValidationLayout, ct);
        throw CvatException.Rule("Honeypots can only be changed in jobs of tasks with the validation mode 'gt_pool'");
    }
}

/// <summary>Schema <c>JobValidationLayoutRead</c>.</summary>
internal sealed record JobValidationLayoutRead;
