using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Sources;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Images;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Chunks and frames of pictures that were not copied: made of the share or the bucket when they are asked for. Source: contract-data.md §5.5.</summary>
public sealed class OutsideChunks(IBlobStore blobs, MediaPlaces places, FramePlaces frames, ChunkBuilder builder, ImageEncoder encoder)
{
    /// <summary>Passes where the bucket of the pictures may still be asked: also what was made of them before goes with it.</summary>
    /// <exception cref="CvatException">409: the cloud storage was deleted.</exception>
    internal async Task RequireAsync(TaskData data, CancellationToken ct)
    {
        if (data.Storage == "cloud_storage")
        {
            await places.BucketAsync(data.CloudStorageId, ct);
        }
    }

    /// <summary>Builds a chunk of some frames into a blob.</summary>
    /// <exception cref="CvatException">A picture can't be read (<see cref="MediaPlaces"/>); nothing is written.</exception>
    internal async Task BuildAsync(TaskData data, string quality, Segment segment, string blob, CancellationToken ct)
    {
        var rows = await frames.ReadAsync(data.DataId, segment.StartFrame, segment.FrameCount, ct);
        var sources = rows.Select(row => new ChunkSource(row.Name, async token => await OpenAsync(data, row.Place, token)));
        var isOriginal = quality == "original";
        await blobs.WriteAsync(
            blob,
            (stream, token) => builder.BuildAsync(sources, isOriginal ? stream : null, isOriginal ? null : stream, data.ImageQuality, token),
            BlobCondition.None,
            ct);
    }

    /// <summary>One frame as its chunk would hold it, and its entry's name.</summary>
    /// <exception cref="CvatException">It can't be read (<see cref="MediaPlaces"/>).</exception>
    internal async Task<(string EntryName, byte[] Content)> FrameAsync(TaskData data, string quality, int frame, CancellationToken ct)
    {
        var row = (await frames.ReadAsync(data.DataId, frame, 1, ct))[0];
        await using var stream = await OpenAsync(data, row.Place, ct);
        return quality == "original"
            ? (row.Name, await encoder.OriginalAsync(row.Name, stream, ct))
            : ("frame.jpeg", await encoder.CompressAsync(row.Name, stream, data.ImageQuality, ct));
    }

    /// <summary>The context images of a frame: their names, and how to open each.</summary>
    internal async Task<IReadOnlyList<(string Name, Func<CancellationToken, Task<Stream>> OpenAsync)>> ContextAsync(TaskData data, int frame, CancellationToken ct)
    {
        var related = (await frames.ReadAsync(data.DataId, frame, 1, ct))[0].Related ?? [];
        return [.. related.Select(image => (image.Name, new Func<CancellationToken, Task<Stream>>(token => OpenAsync(data, image.Place, token))))];
    }

    private Task<Stream> OpenAsync(TaskData data, MediaPlace place, CancellationToken ct) =>
        places.OpenPictureAsync(data.IsRelinked ? place with { ETag = null } : place, data.CloudStorageId, ct);
}
