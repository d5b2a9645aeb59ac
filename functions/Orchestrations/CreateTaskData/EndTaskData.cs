using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Uploads;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>After success: removes what only the making needed.</summary>
public sealed class TidyTaskData(IBlobStore blobs, UploadStore uploads)
{
    /// <summary>The function's name.</summary>
    public const string Name = "TidyTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] TaskDataStep step, CancellationToken ct)
    {
        await uploads.ClearAsync(UploadStore.TaskData(step.Plan.TaskId), ct);
        await blobs.DeleteFolderAsync(DataBlobs.Work(step.Plan.DataId), ct);
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
