using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Uploads;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// Removes what only the making needed; everything where the task did not take the data, because it or its request was deleted meanwhile.
/// </summary>
public sealed class TidyTaskData(IWorkspaces workspaces, IBlobStore blobs, UploadStore uploads)
{
    /// <summary>The function's name.</summary>
    public const string Name = "TidyTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] TaskDataEnd end, CancellationToken ct)
    {
        var dataId = end.Item.InstanceId;
        var task = end.TaskId is { } id
            ? await workspaces.FindAsync<AnnotationTask>(WorkspaceId.Parse(end.Item.Workspace), EntityKey.Of(id), ct)
            : null;
        var part = task?.Value.Data?.DataIds().ToList().IndexOf(dataId) ?? -1;
        if (part < 0)
        {
            await blobs.DeleteFolderAsync(DataBlobs.Folder(dataId), ct);
            return;
        }

        await uploads.ClearAsync(UploadStore.TaskData(task!.Value.Id, part), ct);
        await blobs.DeleteFolderAsync(DataBlobs.Work(dataId), ct);
    }
}

/// <summary>Closes the request of a task that was shown before all of it was prepared.</summary>
public sealed class FinishTaskData(WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FinishTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public Task Run([ActivityTrigger] TaskDataStep step, CancellationToken ct) => requests.FinishAsync(step.Item, request => request with { ResultId = step.Plan.TaskId }, ct);
}

/// <summary>
/// After a failure: the request says why, half-made data goes. The uploaded files stay for another try where the task has no data yet; those that were to be added go, or
/// one that can't be added would be in the way of all others. A task that was shown already keeps what can be read.
/// </summary>
public sealed class FailTaskData(IWorkspaces workspaces, IBlobStore blobs, UploadStore uploads, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FailTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure failure, CancellationToken ct)
    {
        var (dataId, message) = (failure.Item.InstanceId, failure.Message);
        var request = (await requests.FindAsync(failure.Item, ct))?.Value;
        var task = request?.TaskId is { } id ? (await workspaces.FindAsync<AnnotationTask>(WorkspaceId.Parse(failure.Item.Workspace), EntityKey.Of(id), ct))?.Value : null;
        if (task?.Data?.DataId == dataId)
        {
            await uploads.ClearAsync(UploadStore.TaskData(task.Id, 0), ct);
            await blobs.DeleteFolderAsync(DataBlobs.Work(dataId), ct);
            message += " The task can be used as far as its frames can be read.";
        }
        else
        {
            await blobs.DeleteFolderAsync(DataBlobs.Folder(dataId), ct);
            if (task is not null && request!.IsAppend())
            {
                await uploads.ClearAsync(UploadStore.TaskData(task), ct);
            }
        }

        await requests.FailAsync(failure.Item, message, ct);
    }
}
