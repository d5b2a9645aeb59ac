using System.Globalization;
using CvatServerless.Domain;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Images;
using CvatServerless.Media.Probing;

namespace CvatServerless.Media.Chunks;

/// <summary>
/// Builds chunk zips of pictures. Each picture is read once for both kinds and decoded at most once: originals go in byte for byte (turned
/// upright only where EXIF says so, and TIFFs), compressed ones as upright RGB JPEGs. Entries are stored, named <c>%06d.ext</c> from 0, in frame order.
/// The same pictures give the same bytes. A picture that can't be decoded is found here and named. Source: contract-data §3.2. Thread-safe.
/// </summary>
public sealed class ChunkBuilder(ImageEncoder encoder)
{
    /// <summary>Writes one or both kinds of a chunk.</summary>
    /// <param name="sources">The pictures, in frame order; taken one by one as workers become free.</param>
    /// <param name="original">Receives the original chunk; null to leave it out. Not closed.</param>
    /// <param name="compressed">Receives the compressed chunk; null to leave it out. Not closed.</param>
    /// <param name="quality">JPEG quality of the compressed chunk, 1–100.</param>
    /// <param name="cancellationToken">Ends the work; what was written is then not a zip.</param>
    /// <returns>One row per picture, in order.</returns>
    /// <exception cref="MediaException">Names the picture that can't be decoded or is too large; what was written is not a zip.</exception>
    public async Task<IReadOnlyList<ChunkFrame>> BuildAsync(
        IAsyncEnumerable<ChunkSource> sources, Stream? original, Stream? compressed, int quality, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var output = new Output(original is null ? null : new ZipStoreWriter(original), compressed is null ? null : new ZipStoreWriter(compressed));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var window = new Queue<Task<Picture>>();
        try
        {
            // Twice as many as there are workers: a slow picture at the front must not leave the others without work.
            var depth = Math.Max(encoder.Options.Parallelism, 1) * 2;
            await foreach (var source in sources.WithCancellation(stop.Token))
            {
                window.Enqueue(PrepareAsync(source, output, quality, stop.Token));
                if (window.Count >= depth)
                {
                    await output.WriteAsync(window.Dequeue(), cancellationToken);
                }
            }

            while (window.TryDequeue(out var picture))
            {
                await output.WriteAsync(picture, cancellationToken);
            }

            return await output.FinishAsync(cancellationToken);
        }
        catch
        {
            await stop.CancelAsync();
            await DiscardAsync(window);
            throw;
        }
    }

    /// <inheritdoc cref="BuildAsync(IAsyncEnumerable{ChunkSource}, Stream, Stream, int, CancellationToken)"/>
    public Task<IReadOnlyList<ChunkFrame>> BuildAsync(
        IEnumerable<ChunkSource> sources, Stream? original, Stream? compressed, int quality, CancellationToken cancellationToken) =>
        BuildAsync(sources.ToAsyncEnumerable(), original, compressed, quality, cancellationToken);

    private async Task<Picture> PrepareAsync(ChunkSource source, Output output, int quality, CancellationToken cancellationToken)
    {
        PooledBytes bytes;
        await using (var stream = await source.OpenAsync(cancellationToken))
        {
            bytes = await encoder.ReadAsync(source.Name, stream, source.SizeBytes, cancellationToken);
        }

        PooledBytes? upright = null;
        try
        {
            var facts = encoder.Probe.Probe(source.Name, bytes.Span);
            return await encoder.RunAsync(
                () =>
                {
                    upright = output.Original is not null && facts.NeedsReencode ? VipsCodec.Upright(source.Name, bytes.Span, facts) : null;
                    var jpeg = output.Compressed is null ? null : encoder.Compress(source.Name, bytes.Span, facts, quality);
                    return new Picture(source.Name, facts, bytes, upright, jpeg);
                },
                cancellationToken);
        }
        catch
        {
            bytes.Dispose();
            upright?.Dispose();
            throw;
        }
    }

    private static async Task DiscardAsync(Queue<Task<Picture>> window)
    {
        foreach (var task in window)
        {
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.IsCompletedSuccessfully)
            {
                (await task).Dispose();
            }
        }
    }

    private sealed record Picture(string Name, ImageFacts Facts, PooledBytes Bytes, PooledBytes? Upright, PooledBytes? Jpeg) : IDisposable
    {
        public PooledBytes Original => Upright ?? Bytes;

        public void Dispose()
        {
            Bytes.Dispose();
            Upright?.Dispose();
            Jpeg?.Dispose();
        }
    }

    /// <summary>The zips under construction.</summary>
    private sealed class Output(ZipStoreWriter? original, ZipStoreWriter? compressed)
    {
        private readonly List<ChunkFrame> _frames = [];

        public ZipStoreWriter? Original => original;

        public ZipStoreWriter? Compressed => compressed;

        public async Task WriteAsync(Task<Picture> prepared, CancellationToken cancellationToken)
        {
            using var picture = await prepared;
            var number = _frames.Count.ToString("D6", CultureInfo.InvariantCulture);
            if (original is not null)
            {
                var extension = MediaTypes.Extension(picture.Name);
                await original.WriteStoredAsync(extension.Length == 0 ? number : $"{number}.{extension}", picture.Original.Memory, cancellationToken);
            }

            if (picture.Jpeg is { } jpeg)
            {
                await compressed!.WriteStoredAsync($"{number}.jpeg", jpeg.Memory, cancellationToken);
            }

            _frames.Add(new ChunkFrame(picture.Name, picture.Facts.Width, picture.Facts.Height,
                original is null ? 0 : picture.Original.Length, picture.Jpeg?.Length ?? 0));
        }

        public async Task<IReadOnlyList<ChunkFrame>> FinishAsync(CancellationToken cancellationToken)
        {
            if (original is not null)
            {
                await original.FinishAsync(cancellationToken);
            }

            if (compressed is not null)
            {
                await compressed.FinishAsync(cancellationToken);
            }

            return _frames;
        }
    }
}
