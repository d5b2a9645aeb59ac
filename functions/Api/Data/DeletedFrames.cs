using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Api.Data;

/// <summary>Marks frames as deleted: the given ones replace the marks within a stretch of the task. Source: contract-data.md §3.6.</summary>
public sealed class DeletedFrames(IWorkspaces workspaces, TimeProvider time)
{
    /// <summary>Reads <c>deleted_frames</c> from a body; null where it is not there.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    internal static IReadOnlyList<int>? Parse(JsonElement body, Segment segment, bool isRequired)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("deleted_frames", out var list))
        {
            return isRequired ? throw CvatException.Field("deleted_frames", "This field is required.") : null;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw CvatException.Field("deleted_frames", "Expected a list of items.");
        }

        var frames = new SortedSet<int>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var frame))
            {
                throw CvatException.Field("deleted_frames", "A valid integer is required.");
            }

            if (frame < segment.StartFrame || frame > segment.StopFrame)
            {
                throw CvatException.Field("deleted_frames", $"The frame {frame} is outside [{segment.StartFrame}, {segment.StopFrame}].");
            }

            if (!frames.Add(frame))
            {
                throw CvatException.Field("deleted_frames", $"The frame {frame} is given twice.");
            }
        }

        return [.. frames];
    }

    /// <summary>Replaces the marks inside <paramref name="segment"/> and keeps those outside; returns the task's data as it is then.</summary>
    internal async Task<TaskData> ReplaceAsync(Actor actor, WorkspaceId workspace, int taskId, Segment segment, IReadOnlyList<int> deleted, CancellationToken ct)
    {
        var changed = await workspaces.UpdateAsync<AnnotationTask>(
            workspace,
            EntityKey.Of(taskId),
            actor.UserId,
            task => task.Data is not { } data ? task : task with
            {
                Data = data with
                {
                    DeletedFrames = [.. data.DeletedFrames.Where(frame => frame < segment.StartFrame || frame > segment.StopFrame).Concat(deleted).Order()],
                },
                UpdatedDate = time.GetUtcNow(),
            },
            ct);
        return changed?.Data ?? throw CvatException.NotFound();
    }

    /// <summary>Frames of a ground truth that count no more: the given ones, as far as they belong to it, replace the earlier ones; returns the task as it is then.</summary>
    /// <exception cref="CvatException">404: the task has no ground truth.</exception>
    internal async Task<AnnotationTask> DisableAsync(Actor actor, WorkspaceId workspace, int taskId, IReadOnlyList<int> disabled, CancellationToken ct)
    {
        var changed = await workspaces.UpdateAsync<AnnotationTask>(
            workspace, EntityKey.Of(taskId), actor.UserId, task => task.Validation is null ? task : task.WithDisabled(disabled, time.GetUtcNow()), ct);
        return changed is { Validation: not null } ? changed : throw CvatException.NotFound();
    }

    /// <summary>Refuses to delete frames of a pool in their task: they are disabled in the ground-truth job.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    internal static void RefusePool(AnnotationTask task, IReadOnlyList<int> deleted)
    {
        if (task.Validation is { IsPool: true } layout && deleted.Intersect(layout.Frames).Except(task.Data!.DeletedFrames).ToList() is { Count: > 0 } pool)
        {
            throw CvatException.Field("deleted_frames", $"Validation frames can only be deleted in the ground truth job or in the validation layout: {string.Join(", ", pool.Take(20))}");
        }
    }
}
