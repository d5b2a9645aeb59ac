using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Images;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Context images of frames: kept as they came, a zip per frame; given to clients as JPEGs. Source: contract-data.md §3.1.</summary>
public sealed class ContextImages(IBlobStore blobs, OutsideChunks outside, ImageEncoder encoder, MediaOptions options)
{
    private const int Quality = 75;

    /// <summary>Keeps a planned frame's context images; safe to repeat.</summary>
    internal async Task KeepAsync(string dataId, int frame, PlannedFrame planned, PictureSource pictures, CancellationToken ct)
    {
        if (planned.Related is not { } related)
        {
            return;
        }

        await blobs.WriteAsync(
            DataBlobs.Context(dataId, frame),
            async (stream, token) =>
            {
                var zip = new ZipStoreWriter(stream);
                foreach (var image in related)
                {
                    await using var content = await pictures.OpenAsync(image, token);
                    await zip.WriteStoredAsync(image.Name, content, token);
                }

                await zip.FinishAsync(token);
            },
            BlobCondition.None,
            ct);
    }

    /// <summary>The zip of JPEGs for a frame, made at its first use; null for a frame without context images.</summary>
    internal async Task<BlobProperties?> FindAsync(TaskData data, int frame, CancellationToken ct)
    {
        (data, frame) = data.PartAt(frame);
        await outside.RequireAsync(data, ct);
        var name = DataBlobs.ContextJpegs(data, frame);
        if (await blobs.FindAsync(name, ct) is { } made)
        {
            return made;
        }

        if (data.IsOutside)
        {
            var related = await outside.ContextAsync(data, frame, ct);
            return related.Count == 0 ? null : await blobs.WriteAsync(name, (stream, token) => ConvertAsync(related, stream, token), BlobCondition.None, ct);
        }

        var source = DataBlobs.Context(data.DataId, frame);
        if (await blobs.FindAsync(source, ct) is null)
        {
            return null;
        }

        await using var images = await ZipSource.OpenAsync(source, await blobs.OpenReadAsync(source, 0, null, ct), options.Archives, leaveOpen: false, ct);
        var kept = images.Entries.Select(entry => (entry.Name, new Func<CancellationToken, Task<Stream>>(token => images.OpenEntryAsync(entry, token)))).ToList();
        return await blobs.WriteAsync(name, (stream, token) => ConvertAsync(kept, stream, token), BlobCondition.None, ct);
    }

    private async Task ConvertAsync(IReadOnlyList<(string Name, Func<CancellationToken, Task<Stream>> OpenAsync)> images, Stream stream, CancellationToken ct)
    {
        var zip = new ZipStoreWriter(stream);
        var names = RelativeNames([.. images.Select(image => image.Name)]);
        for (var i = 0; i < names.Count; i++)
        {
            await using var content = await images[i].OpenAsync(ct);
            await zip.WriteDeflatedAsync(names[i], await encoder.CompressAsync(images[i].Name, content, Quality, ct), ct);
        }

        await zip.FinishAsync(ct);
    }

    /// <summary>Paths relative to what all of them have in common, with <c>.jpg</c> behind; of a single one that leaves <c>..jpg</c>, which clients know.</summary>
    internal static IReadOnlyList<string> RelativeNames(IReadOnlyList<string> names)
    {
        var parts = names.Select(name => name.Split('/')).ToList();
        var common = 0;
        while (parts.TrueForAll(path => path.Length > common && path[common] == parts[0][common]))
        {
            common++;
        }

        return [.. parts.Select(path => (common == path.Length ? "." : string.Join('/', path.Skip(common))) + ".jpg")];
    }
}
