using System.Diagnostics;
using CvatServerless.Media;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Images;
using CvatServerless.Media.Probing;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>Chunks of a folder of pictures, as task creation makes them, 36 pictures a chunk: <c>o0.zip</c>, <c>c0.zip</c> and so on.</summary>
internal static class MediaBenchmark
{
    /// <summary>Frames in a chunk.</summary>
    public const int ChunkSize = 36;

    /// <summary>Of compressed chunks, 1–100.</summary>
    public const int Quality = 70;

    /// <summary>Chunks under construction at a time: task creation has several too, so that the workers have something to do while one ends.</summary>
    public const int Together = 2;

    /// <summary>Makes chunks of one kind (<c>original</c>, <c>compressed</c>) or of <c>both</c>, and says what it cost.</summary>
    public static async Task<int> RunAsync(string kind, string inputFolder, string outputFolder, int parallelism)
    {
        var files = Directory.GetFiles(inputFolder).Where(path => MediaTypes.FromName(path) == MediaKind.Image).Order(StringComparer.Ordinal).ToArray();
        Directory.CreateDirectory(outputFolder);
        using var encoder = new ImageEncoder(new MediaOptions { Parallelism = parallelism });
        var builder = new ChunkBuilder(encoder);
        var clock = Stopwatch.StartNew();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Together };
        await Parallel.ForEachAsync(files.Chunk(ChunkSize).Index(), options, async (chunk, ct) =>
        {
            await using var original = kind == "compressed" ? null : File.Create(Path.Combine(outputFolder, $"o{chunk.Index}.zip"));
            await using var compressed = kind == "original" ? null : File.Create(Path.Combine(outputFolder, $"c{chunk.Index}.zip"));
            await builder.BuildAsync(chunk.Item.Select(Source), original, compressed, Quality, ct);
        });

        Say("media", files.Length, clock.Elapsed, parallelism);
        return 0;
    }

    /// <summary>One line: frames, CPU seconds of this process, wall seconds, peak resident memory.</summary>
    public static void Say(string name, int frames, TimeSpan wall, int parallelism)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime.TotalSeconds;
        Console.WriteLine(FormattableString.Invariant(
            $"{name}: {frames} frames, {cpu:F2} CPU s without children, {wall.TotalSeconds:F2} s wall with {parallelism} workers, {process.PeakWorkingSet64 >> 20} MiB peak"));
    }

    private static ChunkSource Source(string path) =>
        new(Path.GetFileName(path), _ => ValueTask.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: false)), new FileInfo(path).Length);
}
