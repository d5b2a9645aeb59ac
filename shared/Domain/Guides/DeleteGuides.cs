using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Guides;

/// <summary>Deletes guides with their assets: the rows in one transaction, then the files, which nobody reaches any more.</summary>
public sealed class DeleteGuides(IWorkspaces workspaces, ILocators locators, IBlobStore blobs, TimeProvider time)
{
    /// <summary>How long a file without a row is left alone: the row may just be on its way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Deletes one; true where it was there.</summary>
    public async Task<bool> RunAsync(WorkspaceId workspace, string key, int? actorId, CancellationToken ct)
    {
        var removed = new List<Asset>();
        var wasThere = await ConflictRetry.RunAsync(async () =>
        {
            removed.Clear();
            if (await workspaces.FindAsync<Guide>(workspace, key, ct) is not { } read)
            {
                return false;
            }

            var changes = new ChangeSet(actorId).Delete(read);
            foreach (var asset in await workspaces.ReadAsync(workspace, view => view.Children<Asset>(Guide.Kind, key).Take(ChangeSet.MaxEntities - 1).ToList(), ct))
            {
                if (await workspaces.FindAsync<Asset>(workspace, asset.Key, ct) is { } found)
                {
                    changes.Delete(found);
                    removed.Add(asset);
                }
            }

            await workspaces.CommitAsync(workspace, changes, ct);
            return true;
        });
        foreach (var asset in removed)
        {
            await blobs.DeleteAsync(asset.BlobName, ct);
        }

        return wasThere;
    }

    /// <summary>Deletes the guide of a project or task, if it has one; safe to repeat.</summary>
    public async Task OfTargetAsync(WorkspaceId workspace, string targetKind, string targetKey, int? actorId, CancellationToken ct)
    {
        foreach (var key in await workspaces.ReadAsync(workspace, view => view.Children<Guide>(targetKind, targetKey).Select(guide => guide.Key).ToList(), ct))
        {
            await RunAsync(workspace, key, actorId, ct);
        }
    }

    /// <summary>Removes the files of assets that are no more, or never came to be; two point reads a file.</summary>
    public async Task PurgeFilesAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - Grace;
        await foreach (var blob in blobs.ListAsync(Asset.Folder, ct))
        {
            var key = blob.Name[Asset.Folder.Length..];
            if (blob.LastModified < before
                && !(await locators.FindAsync(Asset.Kind, key, ct) is { } workspace && await workspaces.FindAsync<Asset>(workspace, key, ct) is not null))
            {
                await blobs.DeleteAsync(blob.Name, ct);
            }
        }
    }
}
