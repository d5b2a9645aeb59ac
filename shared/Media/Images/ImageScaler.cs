using CvatServerless.Domain;

namespace CvatServerless.Media.Images;

/// <summary>Makes pictures fit into a square and leaves them in their own format: for pictures that people read, not annotate. Thread-safe.</summary>
public sealed class ImageScaler(ImageEncoder encoder)
{
    /// <summary>A JPEG or PNG whose longer side has at most <paramref name="sidePixels"/>; the same bytes where it has that already.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="picture">The encoded picture.</param>
    /// <param name="sidePixels">The largest side allowed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MediaException">The picture can't be decoded or is too large.</exception>
    public async Task<ReadOnlyMemory<byte>> FitAsync(string fileName, ReadOnlyMemory<byte> picture, int sidePixels, CancellationToken cancellationToken)
    {
        var facts = encoder.Probe.Probe(fileName, picture.Span);
        if (facts.Width <= sidePixels && facts.Height <= sidePixels)
        {
            return picture;
        }

        using var fitted = await encoder.RunAsync(() => VipsCodec.Fit(fileName, picture.Span, facts, sidePixels), cancellationToken);
        return fitted.Span.ToArray();
    }
}
