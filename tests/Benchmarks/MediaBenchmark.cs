using System.Diagnostics;
using System.Globalization;
using CvatServerless.Media;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Images;
using CvatServerless.Media.Probing;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>
/// Both kinds of chunks of a folder of pictures, as task creation makes them, 36 pictures a chunk. One line: pictures, CPU seconds of this process,
/// pictures per CPU second, wall seconds, peak resident memory.
/// </summary>
internal static class MediaBenchmark
{
    private const int ChunkSize = 36;
    private const int Quality = 70;

    /// <summary>Chunks under construction at a time: task creation has several too, so that the workers have something to do while one ends.</summary>
    private const int Together = 2;

    public static async Task<int> RunAsync(string inputFolder, string outputFolder, int parallelism)
    {
        var files = Directory.GetFiles(inputFolder).Where(path => MediaTypes.FromName(path) == MediaKind.Image).Order(StringComparer.Ordinal).ToArray();
        Directory.CreateDirectory(outputFolder);
        using var encoder = new ImageEncoder(new MediaOptions { Parallelism = parallelism });
        var builder = new ChunkBuilder(encoder);
        var clock = Stopwatch.StartNew();
        long bytes = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Together };
        await Parallel.ForEachAsync(files.Chunk(ChunkSize).Index(), options, async (chunk, ct) =>
        {
            await using var original = File.Create(Path.Combine(outputFolder, $"o{chunk.Index}.zip"));
            await using var compressed = File.Create(Path.Combine(outputFolder, $"c{chunk.Index}.zip"));
            await builder.BuildAsync(chunk.Item.Select(Source), original, compressed, Quality, ct);
            Interlocked.Add(ref bytes, compressed.Length);
        });

        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"media: {files.Length} pictures, {cpu:F2} CPU s, {files.Length / cpu:F1} pictures per CPU s, {clock.Elapsed.TotalSeconds:F2} s wall with {parallelism} workers, {process.PeakWorkingSet64 >> 20} MiB peak, {bytes} bytes compressed"));
        return 0;
    }

    private static ChunkSource Source(string path) =>
        new(Path.GetFileName(path), _ => ValueTask.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: false)), new FileInfo(path).Length);
}
