using CvatServerless.Domain.Ports;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>Begins a merge.</summary>
public sealed class BeginMerge(IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "BeginMerge";

    /// <summary>Runs the step; safe to repeat. How many jobs there are to merge; 0 where nobody waits for it any more.</summary>
    [Function(Name)]
    public async Task<int> Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } request)
        {
            return 0;
        }

        await requests.BeginAsync(item, "Merging the replicas", ct);
        return (await MergeParameters.ReadAsync(blobs, request.Value.InputBlob!, ct)).JobIds.Count;
    }
}

/// <summary>Closes a merge either way.</summary>
public sealed class EndMerge(IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "EndMerge";

    /// <summary>Runs the step; safe to repeat. An empty message means success.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure end, CancellationToken ct)
    {
        await blobs.DeleteFolderAsync($"{MergeParameters.Folder}{end.Item.InstanceId}/", ct);
        await blobs.DeleteAsync(MergeParameters.Blob(end.Item.InstanceId), ct);
        await (end.Message.Length == 0 ? requests.FinishAsync(end.Item, done => done, ct) : requests.FailAsync(end.Item, end.Message, ct));
    }
}
