using System.Diagnostics;
using System.Globalization;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Children;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Images;
using CvatServerless.Media.Videos;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>All chunks of one kind of a video, as task creation makes them: in stretches, from the index that a run before has left in the output folder.</summary>
internal static class VideoBenchmark
{
    /// <summary>Makes the <c>index</c>, or chunks: <c>zip</c> (compressed, as pictures), <c>mp4</c> (compressed) or <c>original</c>; and says what it cost.</summary>
    public static async Task<int> RunAsync(string kind, string inputFile, string outputFolder)
    {
        var options = new MediaOptions { TemporaryFolder = Directory.CreateDirectory(outputFolder).FullName };
        var video = new LocalMedia(Path.GetFileName(inputFile), Path.GetFullPath(inputFile));
        var indexFile = Path.Combine(outputFolder, "video.index");
        var clock = Stopwatch.StartNew();
        if (kind == "index")
        {
            var made = await new VideoProbe(options).IndexAsync(video, CancellationToken.None);
            await using var target = File.Create(indexFile);
            await made.SaveAsync(target, CancellationToken.None);
            MediaBenchmark.Say("video index", made.FrameCount, clock.Elapsed, options.Parallelism);
            return 0;
        }

        await using var source = File.OpenRead(indexFile);
        var index = await VideoIndex.LoadAsync(source, CancellationToken.None);
        var kinds = new VideoKinds(kind == "original", kind != "original", kind == "zip", MediaBenchmark.Quality);
        await ChunksAsync(options, video, index, kinds, outputFolder);
        MediaBenchmark.Say($"video {kind}", index.FrameCount, clock.Elapsed, options.Parallelism);
        return 0;
    }

    private static async Task ChunksAsync(MediaOptions options, LocalMedia video, VideoIndex index, VideoKinds kinds, string outputFolder)
    {
        using var encoder = new ImageEncoder(options);
        using var chunker = new VideoChunker(options, encoder);
        var least = TaskDataPlan.GroupLength(index.FrameCount, MediaBenchmark.ChunkSize);
        var length = StretchLength.Of(index, FrameSelection.Of(index.FrameCount, 0, null, 1), MediaBenchmark.ChunkSize, least) * MediaBenchmark.ChunkSize;
        var starts = Enumerable.Range(0, (index.FrameCount + length - 1) / length).Select(stretch => stretch * length);
        await Parallel.ForEachAsync(starts, new ParallelOptions { MaxDegreeOfParallelism = MediaBenchmark.Together }, async (first, ct) =>
        {
            var stretch = new VideoStretch(first, 1, Math.Min(length, index.FrameCount - first), MediaBenchmark.ChunkSize);
            await chunker.BuildAsync(video, index, stretch, kinds, chunk => KeepAsync(chunk, (first / MediaBenchmark.ChunkSize) + chunk.Number), ct);
        });

        Task KeepAsync(VideoChunk chunk, int number)
        {
            File.Move(chunk.Path, Path.Combine(outputFolder, string.Create(CultureInfo.InvariantCulture, $"{number}{Path.GetExtension(chunk.Path)}")), overwrite: true);
            return Task.CompletedTask;
        }
    }
}
