using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Media.Manifest;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.WriteManifest;

/// <summary>Puts the groups together, writes the manifest into the bucket and names it among the storage's manifests.</summary>
public sealed class CommitManifest(ICloudStorages storages, IWorkspaces workspaces, IBlobStore blobs, WorkRequests requests, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "CommitManifest";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] ManifestStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is not { } request)
        {
            return;
        }

        var parameters = await ManifestBlobs.ReadAsync(blobs, step.Item.InstanceId, ct);
        var manifest = ManifestBlobs.Manifest(step.Item.InstanceId);
        await blobs.WriteAsync(manifest, (stream, token) => WriteAsync(stream, step, token), BlobCondition.None, ct);
        await CloudFiles.RunAsync(async () =>
        {
            var bucket = await storages.OpenAsync(parameters.StorageId, ct);
            await using var content = await blobs.OpenReadAsync(manifest, 0, null, ct);
            await bucket.WriteAsync(parameters.Path, content, ct);
        });
        await workspaces.UpdateAsync<CloudStorage>(
            WorkspaceId.Parse(step.Item.Workspace),
            EntityKey.Of(parameters.StorageId),
            request.Value.OwnerId,
            old => old.Manifests.Contains(parameters.Path) || old.Manifests.Count >= CloudStorage.MaxManifests ? old : old with { Manifests = [.. old.Manifests, parameters.Path], UpdatedDate = time.GetUtcNow() },
            ct);
        await requests.FinishAsync(step.Item, done => done with { ResultId = parameters.StorageId }, ct);
    }

    private async Task WriteAsync(Stream stream, ManifestStep step, CancellationToken ct)
    {
        var writer = new ManifestWriter(stream);
        for (var number = 0; number < step.Groups; number++)
        {
            await foreach (var picture in blobs.ReadAsync(ManifestBlobs.Sized(step.Item.InstanceId, number), ManifestWorkJson.Default.SizedPicture, ct))
            {
                await writer.WriteAsync(ManifestEntry.Of(picture.Name, picture.Width, picture.Height, picture.Related), ct);
            }
        }

        await writer.FinishAsync(ct);
    }
}

/// <summary>At the end, whichever it is: the attempt's blobs go, a failure is told.</summary>
public sealed class EndManifest(IBlobStore blobs, WorkRequests requests)
{
    /// <summary>The function's name.</summary>
    public const string Name = "EndManifest";

    /// <summary>Runs the step; safe to repeat. An empty message means success.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkFailure end, CancellationToken ct)
    {
        await blobs.DeleteFolderAsync(ManifestBlobs.Folder(end.Item.InstanceId), ct);
        await blobs.DeleteAsync(ManifestBlobs.Parameters(end.Item.InstanceId), ct);
        if (end.Message.Length > 0)
        {
            await requests.FailAsync(end.Item, end.Message, ct);
        }
    }
}
