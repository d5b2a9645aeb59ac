using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Sources;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Chunks;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>What the activities that prepare groups of pictures have in common.</summary>
public sealed class PictureGroups(IBlobStore blobs, WorkRequests requests, OutsideTurn turns)
{
    /// <summary>Runs the work on the planned frames of a group, unless it is done already, nobody waits for it any more, or another one has the turn at the bucket.</summary>
    internal async Task<WorkOutcome> RunAsync(TaskDataStep step, Func<List<PlannedFrame>, OutsideTurn.Turn?, Task<WorkOutcome>> workAsync, CancellationToken ct)
    {
        var plan = step.Plan;
        if (await blobs.FindAsync(DataBlobs.GroupResult(plan.DataId, step.Group), ct) is not null || await requests.FindAsync(step.Item, ct) is null)
        {
            return WorkOutcome.Done;
        }

        using var turn = plan.IsFromCloud ? turns.TryTake() : null;
        return plan.IsFromCloud && turn is null
            ? OutsideTurn.Taken
            : await workAsync(await blobs.ReadAsync(DataBlobs.GroupPlan(plan.DataId, step.Group), TaskDataJson.Default.PlannedFrame, ct).ToListAsync(ct), turn);
    }

    /// <summary>Notes what became of the frames of a group; with that it is done.</summary>
    internal Task FinishAsync(TaskDataStep step, IReadOnlyList<BuiltFrame> built, CancellationToken ct) =>
        blobs.WriteAsync(DataBlobs.GroupResult(step.Plan.DataId, step.Group), built, TaskDataJson.Default.BuiltFrame, ct);
}

/// <summary>Opens planned pictures: files, or entries of one zip, which is opened once. Its directory was read and checked by the plan, which notes where each entry lies.</summary>
internal sealed class PictureSource : IAsyncDisposable
{
    private readonly MediaPlaces _places;
    private readonly int? _storageId;
    private readonly ZipSource? _zip;

    private PictureSource(MediaPlaces places, int? storageId, ZipSource? zip) => (_places, _storageId, _zip) = (places, storageId, zip);

    /// <summary>Prepares for frames that come from one zip or from files.</summary>
    public static async Task<PictureSource> OpenAsync(IReadOnlyList<PlannedFrame> frames, MediaPlaces places, int? storageId, CancellationToken ct) =>
        new(places, storageId, frames[0] is { Archive: { } archive, Place: var place } ? ZipSource.Reopen(archive, await places.OpenAsync(place, storageId, ct)) : null);

    /// <summary>A frame's picture for the chunk builder.</summary>
    public ChunkSource Of(PlannedFrame frame) => new(frame.Name, ct => OpenAsync(frame.Entry, frame.Place, ct), frame.Entry?.SizeBytes ?? 0);

    /// <summary>The bytes of a context image.</summary>
    public ValueTask<Stream> OpenAsync(PlannedImage image, CancellationToken ct) => OpenAsync(image.Entry, image.Place, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _zip?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<Stream> OpenAsync(ZipEntry? entry, MediaPlace place, CancellationToken ct) =>
        entry is null ? await _places.OpenPictureAsync(place, _storageId, ct) : await _zip!.OpenInTurnAsync(entry, ct);
}
