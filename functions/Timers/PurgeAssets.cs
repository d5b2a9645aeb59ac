using CvatServerless.Domain.Guides;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Timers;

/// <summary>Removes files that a crash left without an asset.</summary>
public sealed class PurgeAssets(DeleteGuides guides)
{
    /// <summary>Looks through all files, once a day.</summary>
    [Function("purge_assets")]
    public Task Run([TimerTrigger("0 15 3 * * *")] TimerInfo timer, CancellationToken ct) => guides.PurgeFilesAsync(ct);
}
