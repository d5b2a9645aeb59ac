using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Sources;

/// <summary>Sizes of pictures, upright and in pixels: as a manifest told, else from the first 64 KiB of the file, else from all of it. Source: contract-data.md §5.5.</summary>
public sealed class FrameSizes(MediaPlaces places, MediaOptions options)
{
    private const int FirstBytes = 64 * 1024;

    private readonly ImageProbe _probe = new(options);

    /// <summary>The size of a planned frame that is a file of its own.</summary>
    /// <exception cref="MediaException">It is no picture.</exception>
    /// <exception cref="CvatException">It can't be read.</exception>
    internal async Task<(int Width, int Height)> OfAsync(PlannedFrame frame, int? storageId, CancellationToken ct)
    {
        if (frame is { Width: { } width, Height: { } height })
        {
            return (width, height);
        }

        var facts = (frame.Place.Kind == PlaceKind.Cloud ? await ProbeStartAsync(frame, storageId, ct) : null) ?? await ProbeAsync(frame, storageId, null, ct);
        return (facts.Width, facts.Height);
    }

    /// <summary>Null where the header goes on beyond the first bytes, or the format shows only in the whole.</summary>
    private async Task<ImageFacts?> ProbeStartAsync(PlannedFrame frame, int? storageId, CancellationToken ct)
    {
        try
        {
            return await ProbeAsync(frame, storageId, FirstBytes, ct);
        }
        catch (MediaException)
        {
            return null;
        }
    }

    private async Task<ImageFacts> ProbeAsync(PlannedFrame frame, int? storageId, long? length, CancellationToken ct)
    {
        await using var stream = await places.OpenPictureAsync(frame.Place, storageId, length, ct);
        return await _probe.ProbeAsync(frame.Name, stream, ct);
    }
}
