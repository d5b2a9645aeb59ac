using System.Collections.Concurrent;
using CvatServerless.Domain;
using CvatServerless.Media.Probing;

namespace CvatServerless.Media.Images;

/// <summary>
/// Encodes pictures, at most <see cref="MediaOptions.Parallelism"/> at a time in the whole process, with codecs and buffers that are reused.
/// One instance per process; thread-safe.
/// </summary>
public sealed class ImageEncoder(MediaOptions options) : IDisposable
{
    private readonly SemaphoreSlim _workers = new(Math.Max(options.Parallelism, 1));
    private readonly ConcurrentBag<JpegTranscoder> _transcoders = [];

    /// <summary>True where libjpeg-turbo is installed and JPEGs take the fast path.</summary>
    public static bool HasFastJpeg => TurboJpegNative.IsAvailable;

    internal MediaOptions Options => options;

    internal ImageProbe Probe { get; } = new(options);

    /// <summary>One picture as the upright RGB JPEG that its compressed chunk holds, without that chunk.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="picture">The encoded original; read to its end, not closed.</param>
    /// <param name="quality">JPEG quality 1–100.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MediaException">The picture can't be decoded or is too large.</exception>
    public async Task<byte[]> CompressAsync(string fileName, Stream picture, int quality, CancellationToken cancellationToken)
    {
        using var bytes = await ReadAsync(fileName, picture, 0, cancellationToken);
        using var result = await RunAsync(() => Compress(fileName, bytes.Span, Probe.Probe(fileName, bytes.Span), quality), cancellationToken);
        return result.Span.ToArray();
    }

    /// <summary>One picture as its original chunk holds it: byte for byte, or re-encoded upright where the contract says so.</summary>
    /// <exception cref="MediaException">The picture can't be decoded or is too large.</exception>
    public async Task<byte[]> OriginalAsync(string fileName, Stream picture, CancellationToken cancellationToken)
    {
        using var bytes = await ReadAsync(fileName, picture, 0, cancellationToken);
        var facts = Probe.Probe(fileName, bytes.Span);
        if (!facts.NeedsReencode)
        {
            return bytes.Span.ToArray();
        }

        using var upright = await RunAsync(() => VipsCodec.Upright(fileName, bytes.Span, facts), cancellationToken);
        return upright.Span.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers.Dispose();
        while (_transcoders.TryTake(out var transcoder))
        {
            transcoder.Dispose();
        }
    }

    internal async Task<PooledBytes> ReadAsync(string fileName, Stream picture, long lengthHint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var bytes = await PooledBytes.ReadAsync(picture, picture.CanSeek ? picture.Length : lengthHint, options.MaxImageBytes, cancellationToken)
            ?? throw new MediaException(fileName, $"is too large: the limit is {options.MaxImageBytes / (1024 * 1024)} MiB");
        if (bytes.Length == 0)
        {
            bytes.Dispose();
            throw new MediaException(fileName, "is empty");
        }

        return bytes;
    }

    /// <summary>Runs decoding or encoding on the pool, within the process-wide width.</summary>
    internal async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _workers.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _workers.Release();
        }
    }

    /// <summary>A video's frame as JPEG: YCbCr planes, 4:2:0, padded to even sides, one behind the other. Their range becomes that of pictures in place.</summary>
    internal PooledBytes EncodePlanes(string fileName, Memory<byte> planes, bool isStudioRange, int width, int height, int quality)
    {
        if (isStudioRange)
        {
            StudioRange.Widen(planes.Span);
        }

        if (TurboJpegNative.IsAvailable)
        {
            var transcoder = _transcoders.TryTake(out var free) ? free : new JpegTranscoder();
            try
            {
                if (transcoder.Encode(planes.Span, width, height, quality) is { } jpeg)
                {
                    return jpeg;
                }
            }
            finally
            {
                _transcoders.Add(transcoder);
            }
        }

        return VipsCodec.PlanesToJpeg(fileName, planes, width, height, quality);
    }

    internal PooledBytes Compress(string fileName, ReadOnlySpan<byte> data, ImageFacts facts, int quality)
    {
        if (facts.Format == ImageFormat.Jpeg && TurboJpegNative.IsAvailable)
        {
            var transcoder = _transcoders.TryTake(out var free) ? free : new JpegTranscoder();
            try
            {
                if (transcoder.TryTranscode(fileName, data, facts, quality) is { } jpeg)
                {
                    return jpeg;
                }
            }
            finally
            {
                _transcoders.Add(transcoder);
            }
        }

        return VipsCodec.ToJpeg(fileName, data, facts, quality);
    }
}
