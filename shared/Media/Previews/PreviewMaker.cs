using CvatServerless.Domain;
using CvatServerless.Media.Images;

namespace CvatServerless.Media.Previews;

/// <summary>Makes the preview picture of tasks, jobs and projects. Thread-safe. Source: contract-data §3.7.</summary>
public sealed class PreviewMaker(ImageEncoder encoder)
{
    /// <summary>Previews fit into a square of this side, in pixels.</summary>
    public const int SidePixels = 256;

    /// <summary>Content type of a preview.</summary>
    public const string ContentType = "image/jpeg";

    /// <summary>The picture upright as a JPEG within 256 × 256; smaller ones keep their size. Decoders shrink while they load.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="picture">The encoded picture; read to its end, not closed.</param>
    /// <param name="quality">JPEG quality 1–100.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MediaException">The picture can't be decoded or is too large.</exception>
    public async Task<byte[]> MakeAsync(string fileName, Stream picture, int quality, CancellationToken cancellationToken)
    {
        using var bytes = await encoder.ReadAsync(fileName, picture, 0, cancellationToken);
        var facts = encoder.Probe.Probe(fileName, bytes.Span);
        using var preview = await encoder.RunAsync(() => VipsCodec.Thumbnail(fileName, bytes.Span, facts, SidePixels, quality), cancellationToken);
        return preview.Span.ToArray();
    }
}
