using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Archives;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Chunks and frames of prepared task data. A chunk that has to be cut for a job is cut once, however many ask at the same time.</summary>
public sealed class TaskChunks(IBlobStore blobs, FrameIndex index, VideoChunks videos, CompressedChunks compressed, OutsideChunks outside, MediaOptions options)
{
    private const int ChecksumBytes = 1000;

    /// <summary>One black pixel, as a JPEG.</summary>
    private static readonly ReadOnlyMemory<byte> Placeholder = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAA"
        + "AAAAAAAABP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AE//Z");

    private readonly ConcurrentDictionary<string, Lazy<Task>> _cutting = new(StringComparer.Ordinal);

    /// <summary>The blob with these frames in this quality (<c>original</c> or <c>compressed</c>); they lie in one or two chunks of the task.</summary>
    public async Task<BlobProperties> FindAsync(TaskData data, string quality, Segment frames, CancellationToken ct)
    {
        await RequireAsync(data, Enumerable.Range(frames.StartFrame, frames.FrameCount), ct);
        if (!await IsRedrawnAsync(data, frames, ct))
        {
            return await FindStoredAsync(data, quality, frames, ct);
        }

        int[] shown = [.. Enumerable.Range(frames.StartFrame, frames.FrameCount).Select(data.Shown)];
        return await FindChosenAsync(data, quality, DataBlobs.Redrawn(data, quality, frames, shown), [.. shown.Select(frame => (int?)frame)], ct);
    }

    /// <summary>Whether a honeypot among these frames shows another picture than the one that was put there when the data were made.</summary>
    private async Task<bool> IsRedrawnAsync(TaskData data, Segment frames, CancellationToken ct)
    {
        if (data.HoneypotFrames is not { } honeypots)
        {
            return false;
        }

        var stored = await index.StoredAsync(data, ct);
        var (start, count) = data.HoneypotsIn(frames).GetOffsetAndLength(honeypots.Count);
        return Enumerable.Range(start, count).Any(i => stored[honeypots[i]].Name != stored[data.HoneypotRealFrames![i]].Name);
    }

    private async Task<BlobProperties> FindStoredAsync(TaskData data, string quality, Segment frames, CancellationToken ct)
    {
        if (data.Parts is not null)
        {
            return await FindInPartsAsync(data, quality, frames, ct);
        }

        var number = frames.StartFrame / data.ChunkSize;
        var isWhole = frames == ChunkCuts.OfTask(data, number);
        var name = isWhole ? DataBlobs.Chunk(data, quality, number) : DataBlobs.JobChunk(data, quality, frames.StartFrame, frames.StopFrame);
        if (await blobs.FindAsync(name, ct) is { } found)
        {
            return found;
        }

        if (isWhole && !IsMadeOnDemand(data, quality))
        {
            throw new BlobNotFoundException(name);
        }

        return await MakeOnceAsync(name, () => MakeAsync(data, quality, frames, isWhole, name, CancellationToken.None), ct);
    }

    private async Task RequireAsync(TaskData data, IEnumerable<int> frames, CancellationToken ct)
    {
        foreach (var part in frames.Select(frame => data.PartAt(frame).Data).DistinctBy(part => part.DataId))
        {
            await outside.RequireAsync(part, ct);
        }
    }

    /// <summary>Frames that lie in one part are that part's; those that lie in several are put together.</summary>
    private async Task<BlobProperties> FindInPartsAsync(TaskData data, string quality, Segment frames, CancellationToken ct)
    {
        var ((part, first), (lastPart, last)) = (data.PartAt(frames.StartFrame), data.PartAt(frames.StopFrame));
        if (part.DataId == lastPart.DataId)
        {
            return await FindStoredAsync(part, quality, new(first, last), ct);
        }

        var name = DataBlobs.JobChunk(data, quality, frames.StartFrame, frames.StopFrame);
        return await blobs.FindAsync(name, ct) ?? await MakeOnceAsync(name, () => CutAsync(data, quality, frames, name, CancellationToken.None), ct);
    }

    /// <summary>The blob with chosen frames as a zip of pictures; null stands for a frame that only takes the place.</summary>
    public async Task<BlobProperties> FindChosenAsync(TaskData data, string quality, string name, IReadOnlyList<int?> frames, CancellationToken ct)
    {
        await RequireAsync(data, frames.OfType<int>(), ct);
        return await blobs.FindAsync(name, ct) ?? await MakeOnceAsync(name, () => CollectAsync(data, quality, frames, name), ct);
    }

    private Task CollectAsync(TaskData data, string quality, IReadOnlyList<int?> frames, string name) => blobs.WriteAsync(
        name,
        async (stream, token) =>
        {
            var zip = new ZipStoreWriter(stream);
            for (var i = 0; i < frames.Count; i++)
            {
                if (frames[i] is { } frame)
                {
                    var (entry, content) = await OpenFrameAsync(data, quality, frame, token);
                    await using (content)
                    {
                        await zip.WriteStoredAsync($"{i:D6}{Path.GetExtension(entry)}", content, token);
                    }
                }
                else
                {
                    await zip.WriteStoredAsync($"{i:D6}.jpeg", Placeholder, token);
                }
            }

            await zip.FinishAsync(token);
        },
        BlobCondition.None,
        CancellationToken.None);

    /// <summary>Not under the first caller's token: the others wait for the same work.</summary>
    private async Task<BlobProperties> MakeOnceAsync(string name, Func<Task> make, CancellationToken ct)
    {
        var cutting = _cutting.GetOrAdd(name, _ => new(make));
        try
        {
            await cutting.Value.WaitAsync(ct);
        }
        finally
        {
            if (cutting.Value.IsCompleted)
            {
                _cutting.TryRemove(new(name, cutting));
            }
        }

        return await blobs.FindAsync(name, ct) ?? throw new BlobNotFoundException(name);
    }

    /// <summary>The content and name of one frame's picture. The caller disposes of the stream.</summary>
    public async Task<(string EntryName, Stream Content)> OpenFrameAsync(TaskData data, string quality, int frame, CancellationToken ct)
    {
        if (DataBlobs.IsVideo(data, quality))
        {
            return ("frame.png", new MemoryStream(await videos.FrameAsync(data, quality, frame, ct), writable: false));
        }

        (data, frame) = data.PartAt(data.Shown(frame));
        await outside.RequireAsync(data, ct);
        var number = frame / data.ChunkSize;
        if (data.Mode != "interpolation" && IsMadeOnDemand(data, quality) && await blobs.FindAsync(DataBlobs.Chunk(data, quality, number), ct) is null)
        {
            // A single frame doesn't wait for its chunk.
            if (DataBlobs.IsOfOthers(data, quality))
            {
                var (name, content) = await outside.FrameAsync(data, quality, frame, ct);
                return (name, new MemoryStream(content, writable: false));
            }

            return ("frame.jpeg", new MemoryStream(await compressed.FrameAsync(data, frame, ct), writable: false));
        }

        await FindStoredAsync(data, quality, ChunkCuts.OfTask(data, number), ct);
        var zip = await OpenChunkAsync(data, quality, number, ct);
        try
        {
            var entry = zip.Entries[frame % data.ChunkSize];
            return (entry.Name, new OwningStream(await zip.OpenEntryAsync(entry, ct), zip));
        }
        catch
        {
            await zip.DisposeAsync();
            throw;
        }
    }

    /// <summary>The contract's <c>X-Checksum</c>: CRC-32 of the first 1000 bytes, seeded with the CRC-32 of the decimal size.</summary>
    public async Task<string> ChecksumAsync(BlobProperties blob, CancellationToken ct)
    {
        var length = (int)Math.Min(ChecksumBytes, blob.LengthBytes);
        var buffer = new byte[length];
        await using (var stream = await blobs.OpenReadAsync(blob.Name, 0, length, ct))
        {
            await stream.ReadExactlyAsync(buffer, ct);
        }

        var crc = new Crc32();
        crc.Append(Encoding.ASCII.GetBytes(blob.LengthBytes.ToString(CultureInfo.InvariantCulture)));
        crc.Append(buffer);
        return crc.GetCurrentHashAsUInt32().ToString(CultureInfo.InvariantCulture);
    }

    private async Task<ZipSource> OpenChunkAsync(TaskData data, string quality, int number, CancellationToken ct)
    {
        var name = DataBlobs.Chunk(data, quality, number);
        return await ZipSource.OpenAsync(name, await blobs.OpenReadAsync(name, 0, null, ct), options.Archives, leaveOpen: false, ct);
    }

    private static bool IsMadeOnDemand(TaskData data, string quality) =>
        data.Mode == "interpolation" || DataBlobs.IsCached(data, quality);

    /// <summary>A chunk of a video comes from its source, one of pictures from where they are, or from their originals; a job's stretch is copied from the task's chunks.</summary>
    private Task MakeAsync(TaskData data, string quality, Segment frames, bool isWhole, string name, CancellationToken ct)
    {
        if (DataBlobs.IsVideo(data, quality) || (isWhole && data.Mode == "interpolation"))
        {
            return videos.BuildAsync(data, quality, frames, name, ct);
        }

        if (isWhole && DataBlobs.IsOfOthers(data, quality))
        {
            return outside.BuildAsync(data, quality, frames, name, ct);
        }

        return isWhole ? compressed.BuildAsync(data, frames.StartFrame / data.ChunkSize, name, ct) : CutAsync(data, quality, frames, name, ct);
    }

    private Task CutAsync(TaskData data, string quality, Segment frames, string name, CancellationToken ct) => blobs.WriteAsync(
        name,
        async (stream, token) =>
        {
            var zip = new ZipStoreWriter(stream);
            for (var frame = frames.StartFrame; frame <= frames.StopFrame;)
            {
                var (part, first) = data.PartAt(frame);
                var number = first / part.ChunkSize;
                var stored = ChunkCuts.OfTask(part, number);
                await FindStoredAsync(part, quality, stored, token);
                await using var chunk = await OpenChunkAsync(part, quality, number, token);
                var last = Math.Min(frames.StopFrame, frame + stored.StopFrame - first);
                for (var index = first - stored.StartFrame; frame <= last; frame++, index++)
                {
                    var entry = chunk.Entries[index];
                    await using var content = await chunk.OpenEntryAsync(entry, token);
                    await zip.WriteStoredAsync($"{frame - frames.StartFrame:D6}{Path.GetExtension(entry.Name)}", content, token);
                }
            }

            await zip.FinishAsync(token);
        },
        BlobCondition.None,
        ct);

    /// <summary>Checks that a frame belongs to a stretch.</summary>
    /// <exception cref="CvatException">400.</exception>
    internal static void CheckFrame(JobFrames frames, int frame, string owner)
    {
        if (!frames.Contains(frame))
        {
            throw CvatException.Text($"The frame number {frame} doesn't belong to the {owner}");
        }
    }
}
