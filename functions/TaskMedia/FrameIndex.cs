using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media.Manifest;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>A frame as the manifest describes it: the upright size in pixels, and how many context images it has.</summary>
public sealed record FrameEntry(string Name, int Width, int Height, int RelatedCount = 0);

/// <summary>
/// Names and sizes of a task's frames, read from its manifest. Data never changes once it is committed, so what was read is kept, up to
/// <see cref="MaxCachedFrames"/> frames over all tasks.
/// </summary>
public sealed class FrameIndex(IBlobStore blobs)
{
    private const string Video = "interpolation";
    private const int MaxCachedFrames = 400_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string DataId, IReadOnlyList<FrameEntry> Frames)> _recent = [];

    /// <summary>All frames of the task, by relative number; of a video one entry that stands for all, of a honeypot that of the frame that it shows.</summary>
    public async Task<IReadOnlyList<FrameEntry>> ReadAsync(TaskData data, CancellationToken ct)
    {
        var stored = await StoredAsync(data, ct);
        if (data.HoneypotFrames is not { } honeypots)
        {
            return stored;
        }

        FrameEntry[] shown = [.. stored];
        foreach (var (honeypot, real) in honeypots.Zip(data.HoneypotRealFrames!))
        {
            shown[honeypot] = stored[real];
        }

        return shown;
    }

    /// <summary>The frames as they were when the data were made: a honeypot may show another one since.</summary>
    public async Task<IReadOnlyList<FrameEntry>> StoredAsync(TaskData data, CancellationToken ct)
    {
        // Parts are only ever added: the last one names all of them together.
        var key = data.Parts is { } parts ? $"..{parts[^1].DataId}" : data.DataId;
        if (Cached(key) is { } cached)
        {
            return cached;
        }

        var frames = new List<FrameEntry>(data.Mode == Video ? 1 : data.Size);
        foreach (var part in data.All())
        {
            await AddAsync(frames, part, ct);
        }

        Keep(key, frames);
        return frames;
    }

    private async Task AddAsync(List<FrameEntry> frames, TaskData part, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(DataBlobs.Manifest(part.DataId), 0, null, ct);
        if (part.Mode == Video)
        {
            var video = await VideoManifest.ReadAsync("manifest.jsonl", stream, ct);
            frames.Add(new(video.Name, video.Resolution[0], video.Resolution[1]));
            return;
        }

        await foreach (var entry in ManifestReader.ReadImagesAsync("manifest.jsonl", stream, long.MaxValue, ct))
        {
            frames.Add(new(entry!.FileName, entry.Width ?? 0, entry.Height ?? 0, entry.Meta?.RelatedImages?.Count ?? 0));
        }
    }

    private IReadOnlyList<FrameEntry>? Cached(string dataId)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.DataId == dataId)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Frames;
                }
            }

            return null;
        }
    }

    private void Keep(string dataId, IReadOnlyList<FrameEntry> frames)
    {
        lock (_lock)
        {
            _recent.AddFirst((dataId, frames));
            var total = _recent.Sum(entry => entry.Frames.Count);
            while (total > MaxCachedFrames && _recent.Count > 1)
            {
                total -= _recent.Last!.Value.Frames.Count;
                _recent.RemoveLast();
            }
        }
    }
}
