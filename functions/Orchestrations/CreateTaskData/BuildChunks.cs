using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Chunks;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Builds the chunks of one group, both qualities at once: each picture is read once and decoded at most once.</summary>
public sealed class BuildChunks(
    IBlobStore blobs, WorkRequests requests, MediaPlaces places, ChunkBuilder builder, PointCloudChunks clouds, ContextImages contexts, OutsideTurn turns,
    MediaOptions options, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "BuildChunks";

    /// <summary>After this the rest is left to the next call: pictures of a bucket may come slowly, and others want their turn.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(30);

    /// <summary>Runs the step; safe to repeat: names and bytes depend on the plan alone.</summary>
    [Function(Name)]
    public async Task<WorkOutcome> Run([ActivityTrigger] TaskDataStep step, CancellationToken ct)
    {
        var plan = step.Plan;
        var result = DataBlobs.GroupResult(plan.DataId, step.Group);
        if (await blobs.FindAsync(result, ct) is not null || await requests.FindAsync(step.Item, ct) is null)
        {
            return WorkOutcome.Done;
        }

        using var turn = plan.IsFromCloud ? turns.TryTake() : null;
        if (plan.IsFromCloud && turn is null)
        {
            return OutsideTurn.Taken;
        }

        var started = time.GetTimestamp();
        var frames = await blobs.ReadAsync(DataBlobs.GroupPlan(plan.DataId, step.Group), TaskDataJson.Default.PlannedFrame, ct).ToListAsync(ct);
        var part = DataBlobs.GroupPart(plan.DataId, step.Group);
        var built = await blobs.FindAsync(part, ct) is null ? [] : await blobs.ReadAsync(part, TaskDataJson.Default.BuiltFrame, ct).ToListAsync(ct);
        await using var pictures = await PictureSource.OpenAsync(frames, places, plan.Parameters.CloudStorageId, options, ct);
        var first = built.Count;
        for (var i = first; i < frames.Count; i += plan.ChunkSize)
        {
            if (i > first && time.GetElapsedTime(started) > Stretch)
            {
                await blobs.WriteAsync(part, built, TaskDataJson.Default.BuiltFrame, ct);
                return turn?.More() ?? WorkOutcome.More;
            }

            var number = (step.Group * plan.ChunksPerGroup) + (i / plan.ChunkSize);
            var chunk = frames.GetRange(i, Math.Min(plan.ChunkSize, frames.Count - i));
            var sources = chunk.Select(pictures.Of);
            var done = plan.Is3D ? await clouds.BuildAsync(plan, number, sources, ct) : await BuildAsync(plan, number, sources, ct);
            for (var k = 0; k < chunk.Count; k++)
            {
                if (!plan.IsOutside)
                {
                    await contexts.KeepAsync(plan.DataId, (number * plan.ChunkSize) + k, chunk[k], pictures, ct);
                }

                built.Add(new(done[k].Name, done[k].Width, done[k].Height, chunk[k].Related?.Select(image => image.Name).ToList()));
            }

            if (!await requests.AdvanceAsync(step.Item, 1.0 / plan.ChunkCount, "Preparing the pictures", ct))
            {
                return WorkOutcome.Done;
            }
        }

        await blobs.WriteAsync(result, built, TaskDataJson.Default.BuiltFrame, ct);
        return WorkOutcome.Done;
    }

    private async Task<IReadOnlyList<ChunkFrame>> BuildAsync(TaskDataPlan plan, int number, IEnumerable<ChunkSource> sources, CancellationToken ct)
    {
        IReadOnlyList<ChunkFrame> built = [];
        if (plan.IsOutside)
        {
            // Originals stay where they are.
            await blobs.WriteAsync(
                DataBlobs.Chunk(plan.DataId, "compressed", number),
                async (compressed, inner) => built = await builder.BuildAsync(sources, null, compressed, plan.Parameters.ImageQuality, inner),
                BlobCondition.None,
                ct);
            return built;
        }

        if (plan.Parameters.UseCache)
        {
            // Compressed chunks are made of originals when they are asked for.
            await blobs.WriteAsync(
                DataBlobs.Chunk(plan.DataId, "original", number),
                async (original, inner) => built = await builder.BuildAsync(sources, original, null, plan.Parameters.ImageQuality, inner),
                BlobCondition.None,
                ct);
            return built;
        }

        await blobs.WriteAsync(
            DataBlobs.Chunk(plan.DataId, "original", number),
            (original, token) => blobs.WriteAsync(
                DataBlobs.Chunk(plan.DataId, "compressed", number),
                async (compressed, inner) => built = await builder.BuildAsync(sources, original, compressed, plan.Parameters.ImageQuality, inner),
                BlobCondition.None,
                token),
            BlobCondition.None,
            ct);
        return built;
    }
}

/// <summary>Opens planned pictures: files, or entries of one zip, which is opened once.</summary>
internal sealed class PictureSource : IAsyncDisposable
{
    private readonly MediaPlaces _places;
    private readonly int? _storageId;
    private readonly ZipSource? _zip;
    private readonly Dictionary<string, ZipEntry> _entries;
    private readonly SemaphoreSlim _zipLock = new(1);

    private PictureSource(MediaPlaces places, int? storageId, ZipSource? zip)
    {
        _places = places;
        _storageId = storageId;
        _zip = zip;
        _entries = zip?.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal) ?? [];
    }

    /// <summary>Prepares for frames that come from one zip or from files.</summary>
    public static async Task<PictureSource> OpenAsync(List<PlannedFrame> frames, MediaPlaces places, int? storageId, MediaOptions options, CancellationToken ct)
    {
        if (frames[0] is not { Archive: { } archive, Place: var place })
        {
            return new(places, storageId, null);
        }

        var stream = await places.OpenAsync(place, storageId, ct);
        return new(places, storageId, await ZipSource.OpenAsync(archive, stream, options.Archives, leaveOpen: false, ct));
    }

    /// <summary>A frame's picture for the chunk builder.</summary>
    public ChunkSource Of(PlannedFrame frame) => frame.Entry is { } entry
        ? new(frame.Name, ct => ReadEntryAsync(_entries[entry], ct), _entries[entry].SizeBytes)
        : new(frame.Name, async ct => await _places.OpenPictureAsync(frame.Place, _storageId, ct));

    /// <summary>The bytes of a context image.</summary>
    public async Task<Stream> OpenAsync(PlannedImage image, CancellationToken ct) => image.Entry is { } entry
        ? await ReadEntryAsync(_entries[entry], ct)
        : await _places.OpenPictureAsync(image.Place, _storageId, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _zipLock.Dispose();
        if (_zip is not null)
        {
            await _zip.DisposeAsync();
        }
    }

    /// <summary>The zip's stream has one position: entries are read one after the other, then decoded side by side.</summary>
    private async ValueTask<Stream> ReadEntryAsync(ZipEntry entry, CancellationToken ct)
    {
        await _zipLock.WaitAsync(ct);
        try
        {
            return new MemoryStream(await _zip!.ReadEntryAsync(entry, ct), writable: false);
        }
        finally
        {
            _zipLock.Release();
        }
    }
}
