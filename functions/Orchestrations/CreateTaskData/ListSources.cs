using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.Uploads;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Looks what files the task is made of, where they are not all uploaded: on the share, in a bucket, behind URLs.</summary>
public sealed class ListSources(IWorkspaces workspaces, IBlobStore blobs, UploadStore uploads, WorkRequests requests, SourceLister lister, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "ListSources";

    /// <summary>Runs the step; safe to repeat. True where files have to be brought here before the plan is made.</summary>
    [Function(Name)]
    public async Task<bool> Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } request
            || await workspaces.FindAsync<AnnotationTask>(WorkspaceId.Parse(item.Workspace), EntityKey.Of(request.Value.TaskId!.Value), ct) is not { } task
            || !task.Value.Awaits(request.Value))
        {
            return false;
        }

        var parameters = await blobs.ReadParametersAsync(request.Value.InputBlob!, ct);
        if (!parameters.HasSources)
        {
            return false;
        }

        await requests.BeginAsync(item, "Looking for the files", ct);
        var files = (await ListAsync(parameters, item.InstanceId, ct)).ToList();
        if (parameters.RemoteFiles.Count == 0)
        {
            files.AddRange((await uploads.ListAsync(UploadStore.TaskData(task.Value), ct)).Select(MediaFile.Of));
        }

        await blobs.WriteListAsync(item.InstanceId, files, ct);
        return files.Exists(file => file.IsFetched);
    }

    private Task<IReadOnlyList<MediaFile>> ListAsync(DataParameters parameters, string dataId, CancellationToken ct) => parameters.CloudStorageId is null
        ? lister.ListAsync(parameters, dataId, ct)
        : CloudPatience.RunAsync(CloudPatience.Step, time, token => lister.ListAsync(parameters, dataId, token), ct);
}
