using System.Globalization;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Images;

namespace CvatServerless.Media.Videos;

/// <summary>Encodes raw frames as they come from the decoder to JPEGs, in zips of one chunk each. A zip appears only when its chunk is complete.</summary>
internal sealed class PictureZips(ImageEncoder encoder, VideoStretch stretch, VideoFacts facts, int quality, Func<int, string> fileOf)
{
    /// <summary>Reads frames until the stretch is complete or the stream ends.</summary>
    public async Task WriteAsync(string name, Stream frames, CancellationToken ct)
    {
        var (width, height) = VideoQuality.Even(facts.Width, facts.Height);
        var frameBytes = width * height * 3 / 2;
        var raw = new RawFrames(frames, frameBytes);
        for (var chunk = 0; chunk < stretch.ChunkCount; chunk++)
        {
            var path = fileOf(chunk);
            if (!await WriteZipAsync(name, raw, frameBytes, path, stretch.FramesOf(chunk), ct))
            {
                File.Delete(path);
                return;
            }
        }
    }

    private async Task<bool> WriteZipAsync(string name, RawFrames frames, int frameBytes, string path, int count, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var zip = new ZipStoreWriter(file);
        var window = new Queue<Task<PooledBytes>>();

        // Not more: a decoder that is ahead finds the pipe full and sleeps; one that is waited for is asked for every few kilobytes.
        var depth = Math.Max(encoder.Options.Parallelism / 2, 1);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var raw = PooledBytes.Rent(frameBytes);
                if (!await frames.ReadAsync(raw.Writable, ct))
                {
                    raw.Dispose();
                    return false;
                }

                window.Enqueue(EncodeAsync(name, raw, ct));
                if (window.Count >= depth)
                {
                    await AddAsync(zip, window.Dequeue(), ct);
                }
            }

            while (window.TryDequeue(out var picture))
            {
                await AddAsync(zip, picture, ct);
            }

            await zip.FinishAsync(ct);
            return true;
        }
        finally
        {
            foreach (var rest in window)
            {
                await ((Task)rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<PooledBytes> EncodeAsync(string name, PooledBytes raw, CancellationToken ct)
    {
        using (raw)
        {
            return await encoder.RunAsync(() => encoder.EncodePlanes(name, raw.Writable, facts.HasStudioPlanes, facts.Width, facts.Height, quality), ct);
        }
    }

    private static async Task AddAsync(ZipStoreWriter zip, Task<PooledBytes> encoded, CancellationToken ct)
    {
        using var jpeg = await encoded;
        await zip.WriteStoredAsync(string.Create(CultureInfo.InvariantCulture, $"{zip.Count:D6}.jpeg"), jpeg.Memory, ct);
    }
}
