using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Formats.Model;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media;
using CvatServerless.Media.Archives;

namespace CvatServerless.Functions.Datasets;

/// <summary>Puts a task's pictures into an archive, chunk by chunk: those of picture tasks as they are, frames of videos as PNG.</summary>
public sealed class TaskPictures(IBlobStore blobs, TaskChunks chunks, VideoChunks videos, MediaOptions options)
{
    /// <summary>Copies some frames of one chunk of originals.</summary>
    /// <param name="data">The task's data.</param>
    /// <param name="number">The chunk.</param>
    /// <param name="wanted">Frames of that chunk, in order.</param>
    /// <param name="pathOf">Their paths in the archive.</param>
    /// <param name="zip">The archive.</param>
    /// <param name="ct">Ends the work.</param>
    internal async Task CopyAsync(
        TaskData data, int number, IReadOnlyList<ExportFrame> wanted, Func<ExportFrame, string> pathOf, ZipStoreWriter zip, CancellationToken ct)
    {
        var blob = await chunks.FindAsync(data, "original", ChunkCuts.OfTask(data, number), ct);
        if (data.OriginalChunkType == "video")
        {
            var byPosition = wanted.ToDictionary(frame => frame.Number % data.ChunkSize);
            await videos.FramesAsync(data, blob, async (position, png) =>
            {
                if (byPosition.TryGetValue(position, out var frame))
                {
                    await zip.WriteStoredAsync(pathOf(frame), png, ct);
                }
            }, ct);
            return;
        }

        await using var source = await ZipSource.OpenAsync(blob.Name, await blobs.OpenReadAsync(blob.Name, 0, null, ct), options.Archives, leaveOpen: false, ct);
        foreach (var frame in wanted)
        {
            await using var picture = await source.OpenEntryAsync(source.Entries[frame.Number % data.ChunkSize], ct);
            await zip.WriteStoredAsync(pathOf(frame), picture, ct);
        }
    }
}
