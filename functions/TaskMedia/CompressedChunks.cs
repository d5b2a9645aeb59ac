using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Images;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Makes compressed pictures of original chunks when they are asked for (<c>use_cache</c>).</summary>
public sealed class CompressedChunks(IBlobStore blobs, ChunkBuilder builder, ImageEncoder encoder, MediaOptions options)
{
    /// <summary>Builds one chunk into a blob.</summary>
    internal async Task BuildAsync(TaskData data, int number, string blob, CancellationToken ct)
    {
        await using var originals = await OpenAsync(data, number, ct);
        var sources = originals.Entries.Select(entry => new ChunkSource(entry.Name, token => originals.OpenInTurnAsync(entry, token), entry.SizeBytes)).ToList();
        await blobs.WriteAsync(blob, (stream, token) => builder.BuildAsync(sources, null, stream, data.ImageQuality, token), BlobCondition.None, ct);
    }

    /// <summary>One frame as its compressed chunk would hold it.</summary>
    internal async Task<byte[]> FrameAsync(TaskData data, int frame, CancellationToken ct)
    {
        await using var originals = await OpenAsync(data, frame / data.ChunkSize, ct);
        var entry = originals.Entries[frame % data.ChunkSize];
        await using var content = await originals.OpenEntryAsync(entry, ct);
        return await encoder.CompressAsync(entry.Name, content, data.ImageQuality, ct);
    }

    private async Task<ZipSource> OpenAsync(TaskData data, int number, CancellationToken ct)
    {
        var name = DataBlobs.Chunk(data, "original", number);
        return await ZipSource.OpenAsync(name, await blobs.OpenReadAsync(name, 0, null, ct), options.Archives, leaveOpen: false, ct);
    }
}
