using System.Globalization;
using CvatServerless.Domain;
using CvatServerless.Media.Children;
using CvatServerless.Media.Images;

namespace CvatServerless.Media.Videos;

/// <summary>
/// Cuts stretches of a video into chunks. The stretch is decoded once for everything that is wanted, from the key frame before it; originals are the
/// source's own stream where it can be cut there. Chunk N costs what chunk 0 costs. Thread-safe. Source: contract-data.md §3.3.
/// </summary>
public sealed class VideoChunker(MediaOptions options, ImageEncoder encoder) : IDisposable
{
    private const int MaxThreads = 4;
    private readonly SemaphoreSlim _children = new(Math.Max(options.Parallelism, 1));

    /// <summary>Builds the chunks of a stretch and hands each over.</summary>
    /// <param name="video">The source.</param>
    /// <param name="index">Its index.</param>
    /// <param name="stretch">Which frames.</param>
    /// <param name="kinds">Which chunks.</param>
    /// <param name="store">Takes over each chunk's content.</param>
    /// <param name="ct">Ends the work.</param>
    /// <exception cref="MediaException">A frame can't be decoded.</exception>
    public async Task BuildAsync(LocalMedia video, VideoIndex index, VideoStretch stretch, VideoKinds kinds, Func<VideoChunk, Task> store, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(video);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(store);
        await _children.WaitAsync(ct);
        try
        {
            // Alone a decoder gets all cores; beside others one, since its threads cost each other time.
            var threads = _children.CurrentCount == options.Parallelism - 1 ? Math.Clamp(options.Parallelism, 1, MaxThreads) : 1;
            var copies = kinds.Original && stretch.CanCopy(index) && await TryCopyAsync(video, index, stretch, store, ct);
            var wanted = kinds with { Original = kinds.Original && !copies };
            if (wanted is { Original: false, Compressed: false } || await TryEntriesAsync(video, index, stretch, wanted, threads, store, ct))
            {
                return;
            }
        }
        finally
        {
            _children.Release();
        }

        throw new MediaException(video.Name, string.Create(
            CultureInfo.InvariantCulture, $"is damaged: not all of its frames {stretch.First} to {stretch.Last} can be decoded"));
    }

    /// <inheritdoc/>
    public void Dispose() => _children.Dispose();

    /// <summary>From the key frame before the stretch; where a container's jumps turn out not to hit it, from further back, then from the beginning.</summary>
    private async Task<bool> TryEntriesAsync(
        LocalMedia video, VideoIndex index, VideoStretch stretch, VideoKinds kinds, int threads, Func<VideoChunk, Task> store, CancellationToken ct)
    {
        int[] entries = [0];
        if (index.Facts.HasRandomAccess)
        {
            var key = index.KeyBefore(stretch.First);
            entries = [.. new[] { key, Math.Max(key - 2, 0), 0 }.Select(position => index.KeyFrames[position].Number).Distinct()];
        }

        foreach (var entry in entries)
        {
            using var folder = MediaFolder.Create(options);
            var run = new Run(folder, new(index, folder.Link(video), threads), stretch, kinds, index.Facts);
            if (await run.DecodeAsync(video, entry, encoder, Limits(index, stretch, stretch.Last - entry + 1), ct))
            {
                await run.StoreAsync(store);
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TryCopyAsync(LocalMedia video, VideoIndex index, VideoStretch stretch, Func<VideoChunk, Task> store, CancellationToken ct)
    {
        using var folder = MediaFolder.Create(options);
        var arguments = new VideoArguments(index, folder.Link(video), threads: 1);
        var run = new Run(folder, arguments, stretch, new(true, false, false, VideoQuality.Original), index.Facts);
        if (!await run.CopyAsync(video, Limits(index, stretch, stretch.Count), ct))
        {
            return false;
        }

        await run.StoreAsync(store);
        return true;
    }

    private static ChildLimits Limits(VideoIndex index, VideoStretch stretch, int frames) =>
        Ffmpeg.Limits(frames, index.Facts.Pixels, Math.Max(64L << 20, stretch.ChunkSize * index.Facts.Pixels * 4));

    /// <summary>One run of the decoder and the files that it makes.</summary>
    private sealed class Run(MediaFolder folder, VideoArguments arguments, VideoStretch stretch, VideoKinds kinds, VideoFacts facts)
    {
        private static readonly string[] Original = ["original"];
        private static readonly string[] Compressed = ["compressed"];
        private static readonly string[] Both = ["original", "compressed"];

        /// <summary>Outputs by prefix of their files, with the qualities that each serves.</summary>
        private readonly List<(string Prefix, string[] Qualities)> _outputs = [];

        public async Task<bool> CopyAsync(LocalMedia video, ChildLimits limits, CancellationToken ct)
        {
            _outputs.Add(("o", Original));
            var code = await GuardedChild.RunAsync(
                video.Name, "ffmpeg", [.. arguments.Input(stretch.First), .. arguments.Copy(stretch, Pattern("o"))], limits, DrainAsync, ct);
            return code == 0 && IsComplete();
        }

        public async Task<bool> DecodeAsync(LocalMedia video, int entry, ImageEncoder encoder, ChildLimits limits, CancellationToken ct)
        {
            var isPictures = kinds is { Compressed: true, AsPictures: true };
            var code = await GuardedChild.RunAsync(video.Name, "ffmpeg", [.. arguments.Input(entry), .. Outputs()], limits, async (stream, token) =>
            {
                if (isPictures)
                {
                    await new PictureZips(encoder, stretch, facts, kinds.Quality, number => FileOf("c", number)).WriteAsync(video.Name, stream, token);
                }

                await DrainAsync(stream, token);
            }, ct, isBulk: isPictures);
            return code == 0 && IsComplete();
        }

        public async Task StoreAsync(Func<VideoChunk, Task> store)
        {
            foreach (var (prefix, qualities) in _outputs)
            {
                for (var number = 0; number < stretch.ChunkCount; number++)
                {
                    foreach (var quality in qualities)
                    {
                        await store(new(quality, number, FileOf(prefix, number)));
                    }
                }
            }
        }

        private IEnumerable<string> Outputs()
        {
            var full = VideoQuality.Even(facts.Width, facts.Height);
            var small = VideoQuality.CompressedSize(facts.Width, facts.Height);
            var quantizer = VideoQuality.Quantizer(kinds.Quality);
            var originalQuantizer = VideoQuality.Quantizer(VideoQuality.Original);
            if (kinds is { Original: true, Compressed: true, AsPictures: false } && full == small && quantizer <= originalQuantizer)
            {
                // One encoding is good enough for both.
                _outputs.Add(("b", Both));
                return arguments.Mp4(stretch, full, quantizer, Pattern("b"));
            }

            IEnumerable<string> outputs = [];
            if (kinds.Original)
            {
                _outputs.Add(("o", Original));
                outputs = arguments.Mp4(stretch, full, originalQuantizer, Pattern("o"));
            }

            if (kinds.Compressed)
            {
                _outputs.Add(("c", Compressed));
                outputs = outputs.Concat(kinds.AsPictures ? arguments.Raw(stretch) : arguments.Mp4(stretch, small, quantizer, Pattern("c")));
            }

            return outputs;
        }

        private bool IsComplete() => _outputs.TrueForAll(output => Enumerable.Range(0, stretch.ChunkCount).All(number =>
        {
            var file = FileOf(output.Prefix, number);
            return File.Exists(file) && (IsZip(output.Prefix) || Mp4Samples.Count(file) == stretch.FramesOf(number));
        }));

        private bool IsZip(string prefix) => prefix == "c" && kinds.AsPictures;

        private string Pattern(string prefix) => folder.File($"{prefix}_%06d.mp4");

        private string FileOf(string prefix, int number) =>
            folder.File(string.Create(CultureInfo.InvariantCulture, $"{prefix}_{number:D6}.{(IsZip(prefix) ? "zip" : "mp4")}"));

        private static Task DrainAsync(Stream stream, CancellationToken ct) => stream.CopyToAsync(Stream.Null, ct);
    }
}
