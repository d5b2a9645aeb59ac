using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.CreateTaskData;

namespace CvatServerless.Functions.Api.Data;

/// <summary>Names another cloud storage for a task whose pictures are in one: the old one was deleted, or they have moved. Source: contract-data.md §3.6.</summary>
public sealed class CloudLink(Access access, IWorkspaces workspaces, ICloudStorages storages, IBlobStore blobs, TimeProvider time)
{
    private const string Field = "cloud_storage_id";

    /// <summary>Carries out what a body asks for; returns the task's data as it is then, or null where nothing is asked for.</summary>
    /// <exception cref="CvatException">400 by field: it can't be used for this task, or does not answer; 404, 403: the actor may not use it.</exception>
    internal async Task<TaskData?> ChangeAsync(Actor actor, FoundTask found, JsonElement body, CancellationToken ct)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(Field, out var value))
        {
            return null;
        }

        if (found.Task.Data?.IsInCloud() != true)
        {
            throw CvatException.Field(Field, "The data of this task are not in a cloud storage.");
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id))
        {
            throw CvatException.Field(Field, value.ValueKind == JsonValueKind.Null ? "This field may not be null." : "A valid integer is required.");
        }

        await CheckAsync(actor, found.Workspace, id, ct);
        var changed = await workspaces.UpdateAsync<AnnotationTask>(
            found.Workspace, EntityKey.Of(found.Task.Id), actor.UserId, task => task.Data is { } data ? Linked(task, data, id) : task, ct);
        if (changed?.Data is not { } now)
        {
            throw CvatException.NotFound();
        }

        foreach (var dataId in now.DataIds())
        {
            await blobs.DeleteFolderAsync(DataBlobs.Cache(dataId), ct);
            await blobs.DeleteFolderAsync($"{DataBlobs.RedrawnFolder}{dataId}/", ct);
        }

        return now;
    }

    private AnnotationTask Linked(AnnotationTask task, TaskData data, int id)
    {
        var now = time.GetUtcNow();
        return task with
        {
            UpdatedDate = now,
            Data = data.LinkedTo(id) with { ChunksUpdatedDate = now },
        };
    }

    private async Task CheckAsync(Actor actor, WorkspaceId workspace, int id, CancellationToken ct)
    {
        if (await access.FindCloudStorageAsync(id, ct) is null)
        {
            throw CvatException.Field(Field, $"The specified cloud storage {id} does not exist.");
        }

        await access.CloudStorageOfAsync(actor, workspace, id, ct);
        var bucket = await storages.OpenAsync(id, ct);
        if (await bucket.CheckAsync(ct) != CloudStorageStatus.Available)
        {
            throw CvatException.Field(Field, $"The specified cloud storage {id} is not available.");
        }
    }
}
