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
        if (task?.Value.Data?.DataId != dataId)
        {
            await blobs.DeleteFolderAsync(DataBlobs.Folder(dataId), ct);
            return;
        }

        await uploads.ClearAsync(UploadStore.TaskData(task.Value.Id), ct);
        await blobs.DeleteFolderAsync(DataBlobs.Work(dataId), ct);
    }
}

/// <summary>After a failure: the request says why, half-made data goes; the uploaded files stay for another try.</summary>
public sealed class FailTaskData(IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FailTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure failure, CancellationToken ct)
    {
        await blobs.DeleteFolderAsync(DataBlobs.Folder(failure.Item.InstanceId), ct);
        await requests.FailAsync(failure.Item, failure.Message, ct);
    }
}
