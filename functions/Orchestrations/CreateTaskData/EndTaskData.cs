using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Uploads;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// Removes what only the making needed; everything where the task did not take the data, because it or its request was deleted meanwhile.
/// </summary>
public sealed class TidyTaskData(TaskDataLeftovers leftovers)
{
    /// <summary>The function's name.</summary>
    public const string Name = "TidyTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public Task Run([ActivityTrigger] WorkItem item, CancellationToken ct) => leftovers.RemoveAsync(item, forgetUploads: false, ct);
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
public sealed class FailTaskData(TaskDataLeftovers leftovers, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FailTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure failure, CancellationToken ct)
    {
        var isTaken = await leftovers.RemoveAsync(failure.Item, forgetUploads: failure.Item.RequestId.StartsWith($"action={TaskDataWork.Append}&", StringComparison.Ordinal), ct);
        await requests.FailAsync(failure.Item, isTaken ? failure.Message + " The task can be used as far as its frames can be read." : failure.Message, ct);
    }
}

/// <summary>What is left of the making of a task's data, however it ended. The task is looked for wherever it is by now, whatever became of its request.</summary>
public sealed class TaskDataLeftovers(IWorkspaces workspaces, ILocators locators, IBlobStore blobs, UploadStore uploads)
{
    /// <summary>
    /// Removes it; safe to repeat. Where the task has taken the data, that is the work in progress and the uploads that are in it; otherwise everything, jobs of a commit
    /// that stopped half way included. True where the task has taken the data.
    /// </summary>
    internal async Task<bool> RemoveAsync(WorkItem item, bool forgetUploads, CancellationToken ct)
    {
        var dataId = item.InstanceId;
        var key = EntityKey.Of(TaskDataWork.TaskOf(item.RequestId));
        var workspace = await locators.FindAsync(AnnotationTask.Kind, key, ct) ?? WorkspaceId.Parse(item.Workspace);
        var task = (await workspaces.FindAsync<AnnotationTask>(workspace, key, ct))?.Value;
        var part = task?.Data?.DataIds().ToList().IndexOf(dataId) ?? -1;
        if (part >= 0)
        {
            await uploads.ClearAsync(UploadStore.TaskData(task!.Id, part), ct);
            await blobs.DeleteFolderAsync(DataBlobs.Work(dataId), ct);
            return true;
        }

        await RemoveJobsAsync(workspace, dataId, key, ct);
        if (task is not null && forgetUploads)
        {
            await uploads.ClearAsync(UploadStore.TaskData(task), ct);
        }

        await blobs.DeleteFolderAsync(DataBlobs.Folder(dataId), ct);
        await blobs.DeleteFolderAsync(DataBlobs.Cache(dataId), ct);
        return false;
    }

    private async Task RemoveJobsAsync(WorkspaceId workspace, string dataId, string taskKey, CancellationToken ct)
    {
        if (await blobs.FindAsync(DataBlobs.JobIds(dataId), ct) is null)
        {
            return;
        }

        var reserved = await blobs.ReadAsync(DataBlobs.JobIds(dataId), TaskDataJson.Default.Int32, ct).ToListAsync(ct);
        var (first, count) = (reserved[0], reserved[1]);
        var made = await workspaces.ReadAsync(
            workspace, view => view.Children<Job>(AnnotationTask.Kind, taskKey).Where(job => job.Id >= first && job.Id < first + count).Select(job => job.Key).ToList(), ct);
        await workspaces.DeleteAllAsync<Job>(workspace, null, made, ct);
    }
}
