using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Orchestrations.ExportDataset;
using CvatServerless.Functions.Orchestrations.MergeConsensus;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Timers;

/// <summary>
/// Removes what nobody came back for: uploads that were never finished or used, inputs of imports and merges that never began, rendered parts of old exports, chunks of
/// honeypots that may show something else by now, what was made of pictures that lie elsewhere.
/// </summary>
public sealed class PurgeBlobs(IBlobStore blobs, TimeProvider time)
{
    /// <summary>How long a blob of these folders stays untouched before it goes.</summary>
    internal static readonly TimeSpan Lifetime = ExportBlobs.PartReuse + TimeSpan.FromDays(1);

    private static readonly string[] Folders = ["uploads/", "imports/", MergeParameters.Folder, ExportBlobs.Parts, DataBlobs.RedrawnFolder, DataBlobs.CacheFolder];

    /// <summary>Looks through the folders, at the start and once an hour.</summary>
    [Function("purge_blobs")]
    public async Task Run([TimerTrigger("0 45 * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken ct)
    {
        var before = time.GetUtcNow() - Lifetime;
        foreach (var folder in Folders)
        {
            await foreach (var blob in blobs.ListAsync(folder, ct))
            {
                if (blob.LastModified < before)
                {
                    await blobs.DeleteAsync(blob.Name, ct);
                }
            }
        }
    }
}
