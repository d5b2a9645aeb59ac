using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Probing;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.WriteManifest;

/// <summary>Lists the pictures of a bucket in its order, in groups.</summary>
public sealed class ListPictures(ICloudStorages storages, IBlobStore blobs, WorkRequests requests, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "ListPictures";

    private const int PageSize = 1_000;
    private const int MaxPictures = 1_000_000;
    private const int MaxContext = 200_000;

    /// <summary>Pictures of a group: small ones first, so that small buckets are read side by side; large ones later, so that there are at most 100 of them.</summary>
    private const int SmallGroup = 2_000;
    private const int SmallGroups = 20;
    private const int LargeGroup = 12_000;

    /// <summary>Runs the step; safe to repeat. The number of groups; null where there is nothing left to do.</summary>
    [Function(Name)]
    public async Task<int?> Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is null)
        {
            return null;
        }

        await requests.BeginAsync(item, "Listing the pictures", ct);
        var parameters = await ManifestBlobs.ReadAsync(blobs, item.InstanceId, ct);
        var groups = 0;
        await CloudFiles.RunAsync(() => CloudPatience.RunAsync(CloudPatience.Step, time, async token => groups = await ListAsync(item, parameters, token), ct));
        return groups > 0 ? groups : throw CvatException.Rule(parameters.Prefix.Length > 0 ? $"There are no pictures whose keys begin with '{parameters.Prefix}'." : "There are no pictures in the bucket.");
    }

    private async Task<int> ListAsync(WorkItem item, ManifestParameters parameters, CancellationToken ct)
    {
        var bucket = await storages.OpenAsync(parameters.StorageId, ct);
        var (group, context, groups, continuation) = (new List<ListedPicture>(), new List<ListedContext>(), 0, (string?)null);
        var (pages, pictures) = (0, 0);
        do
        {
            CloudPatience.CheckPages(++pages);
            var page = await bucket.ListAsync(parameters.Prefix, recursive: true, PageSize, continuation, ct);
            foreach (var found in page.Objects.Where(found => MediaTypes.FromName(found.Key) == MediaKind.Image))
            {
                if (RelatedImages.OwnerOf(found.Key) is { } owner)
                {
                    context.Add(context.Count < MaxContext ? new(found.Key, owner) : throw CvatException.Rule($"There are more than {MaxContext} context images."));
                }
                else
                {
                    group.Add(++pictures <= MaxPictures
                        ? new(found.Key, found.LengthBytes, found.ETag)
                        : throw CvatException.Rule($"There are more than {MaxPictures} pictures: write several manifests, each of a longer prefix."));
                }
            }

            continuation = page.Continuation;
            if (group.Count >= (groups < SmallGroups ? SmallGroup : LargeGroup) || (continuation is null && group.Count > 0))
            {
                await blobs.WriteAsync(ManifestBlobs.Group(item.InstanceId, groups++), group, ManifestWorkJson.Default.ListedPicture, ct);
                group.Clear();
            }
        }
        while (continuation is not null);
        await blobs.WriteAsync(ManifestBlobs.Context(item.InstanceId), context, ManifestWorkJson.Default.ListedContext, ct);
        return groups;
    }
}
