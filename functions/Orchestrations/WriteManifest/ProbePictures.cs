using CvatServerless.Domain;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Media;
using CvatServerless.Media.Probing;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.WriteManifest;

/// <summary>Reads the sizes of a group of pictures from their first bytes.</summary>
public sealed class ProbePictures(ICloudStorages storages, IBlobStore blobs, WorkRequests requests, MediaOptions options)
{
    /// <summary>The function's name.</summary>
    public const string Name = "ProbePictures";

    private const int HeadBytes = 64 * 1024;
    private const int AtATime = 16;
    private const double Share = 0.9;

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] ManifestStep step, CancellationToken ct)
    {
        var instance = step.Item.InstanceId;
        if (await requests.FindAsync(step.Item, ct) is null)
        {
            return;
        }

        if (await blobs.FindAsync(ManifestBlobs.Sized(instance, step.Number), ct) is null)
        {
            var parameters = await ManifestBlobs.ReadAsync(blobs, instance, ct);
            await CloudFiles.RunAsync(() => ProbeAsync(step, parameters, ct));
        }

        await requests.AdvanceAsync(step.Item, Share / step.Groups, "Reading the sizes of the pictures", ct);
    }

    private async Task ProbeAsync(ManifestStep step, ManifestParameters parameters, CancellationToken ct)
    {
        var instance = step.Item.InstanceId;
        var bucket = await storages.OpenAsync(parameters.StorageId, ct);
        var folder = CloudKeys.FolderOf(parameters.Path);
        var sized = new List<SizedPicture>();
        var listed = await blobs.ReadAsync(ManifestBlobs.Group(instance, step.Number), ManifestWorkJson.Default.ListedPicture, ct).ToListAsync(ct);
        var context = await ContextAsync(instance, listed.Select(picture => picture.Key).ToHashSet(StringComparer.Ordinal), ct);
        foreach (var some in listed.Chunk(AtATime))
        {
            sized.AddRange(await Task.WhenAll(some.Select(SizedAsync)));
        }

        await blobs.WriteAsync(ManifestBlobs.Sized(instance, step.Number), sized, ManifestWorkJson.Default.SizedPicture, ct);

        async Task<SizedPicture> SizedAsync(ListedPicture picture)
        {
            var facts = await FactsAsync(bucket, picture, ct);
            var related = context[picture.Key].Select(key => key[folder.Length..]).Order(StringComparer.Ordinal).ToList();
            return new(picture.Key[folder.Length..], facts.Width, facts.Height, related.Count > 0 ? related : null);
        }
    }

    /// <summary>The context images of these pictures.</summary>
    private async Task<ILookup<string, string>> ContextAsync(string instance, HashSet<string> owners, CancellationToken ct) =>
        (await blobs.ReadAsync(ManifestBlobs.Context(instance), ManifestWorkJson.Default.ListedContext, ct).Where(found => owners.Contains(found.Owner)).ToListAsync(ct))
        .ToLookup(found => found.Owner, found => found.Key, StringComparer.Ordinal);

    /// <summary>The picture's first 64 KiB tell nearly always; where they don't, all of it is read.</summary>
    private async Task<ImageFacts> FactsAsync(ICloudStorage bucket, ListedPicture picture, CancellationToken ct)
    {
        var probe = new ImageProbe(options);
        try
        {
            await using var head = await bucket.OpenReadAsync(picture.Key, 0, HeadBytes, picture.ETag, ct);
            return await probe.ProbeAsync(picture.Key, head, ct);
        }
        catch (MediaException) when (picture.LengthBytes > HeadBytes)
        {
            await using var whole = await bucket.OpenReadAsync(picture.Key, 0, null, picture.ETag, ct);
            return await probe.ProbeAsync(picture.Key, whole, ct);
        }
    }
}
