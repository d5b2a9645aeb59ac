using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Orchestrations.ExportDataset;
using CvatServerless.Functions.Orchestrations.MergeConsensus;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Timers;

/// <summary>
/// Removes what nobody came back for: uploads that were never finished or used, inputs of imports and merges that never began, rendered parts of old exports. And what was
/// made on demand and can be made again: after a while, or, where that is more than the cache may hold, the oldest of it.
/// </summary>
public sealed class PurgeBlobs(IBlobStore blobs, ServerOptions options, TimeProvider time)
{
    /// <summary>How long a blob of these folders stays untouched before it goes.</summary>
    internal static readonly TimeSpan Lifetime = ExportBlobs.PartReuse + TimeSpan.FromDays(1);

    private static readonly string[] Folders = ["uploads/", "imports/", MergeParameters.Folder, ExportBlobs.Parts];
    private static readonly string[] Caches = [DataBlobs.RedrawnFolder, DataBlobs.CacheFolder];

    /// <summary>Looks through the folders, at the start and once an hour.</summary>
    [Function("purge_blobs")]
    public async Task Run([TimerTrigger("0 45 * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var folder in Folders)
        {
            await RemoveAsync(folder, now - Lifetime, ct);
        }

        var oldest = now - await FittingAgeAsync(now, ct);
        foreach (var folder in Caches)
        {
            await RemoveAsync(folder, oldest, ct);
        }
    }

    /// <summary>The age, in whole hours, up to which everything in the caches fits into what they may hold.</summary>
    private async Task<TimeSpan> FittingAgeAsync(DateTimeOffset now, CancellationToken ct)
    {
        var bytesByHour = new long[(int)Lifetime.TotalHours + 1];
        foreach (var folder in Caches)
        {
            await foreach (var blob in blobs.ListAsync(folder, ct))
            {
                bytesByHour[Math.Clamp((int)(now - blob.LastModified).TotalHours, 0, bytesByHour.Length - 1)] += blob.LengthBytes;
            }
        }

        var room = (long)options.CacheGibibytes << 30;
        var hours = 0;
        while (hours < bytesByHour.Length && (room -= bytesByHour[hours]) >= 0)
        {
            hours++;
        }

        // What was made in the last hour is in use.
        return hours == bytesByHour.Length ? Lifetime : TimeSpan.FromHours(Math.Max(1, hours));
    }

    private async Task RemoveAsync(string folder, DateTimeOffset before, CancellationToken ct)
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
