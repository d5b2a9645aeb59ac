using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>A cloud storage, where it lives.</summary>
public sealed record FoundCloudStorage(WorkspaceId Workspace, CloudStorage Storage)
{
    /// <summary>Its people.</summary>
    public StaffFacts Facts => CloudStoragePolicy.Facts(Storage) with { Members = Members };

    /// <summary>The members of the workspace.</summary>
    public required Members Members { get; init; }
}

/// <content>Cloud storages.</content>
public sealed partial class Access
{
    /// <summary>A cloud storage; <paramref name="action"/> is a constant of <see cref="CloudStoragePolicy"/>.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    public async Task<FoundCloudStorage> CloudStorageAsync(Actor actor, int id, string action, CancellationToken ct)
    {
        var found = await FindCloudStorageAsync(id, ct) ?? throw CvatException.NotFound("No CloudStorage matches the given query.");
        CloudStoragePolicy.Table.Check(actor, action, found.Facts);
        return found;
    }

    /// <summary>A cloud storage that is to serve something in a workspace: only those of that workspace do, or one's credentials would serve strangers.</summary>
    /// <exception cref="CvatException">404: there is no such storage; 403: the actor may not see it, or it is of another workspace.</exception>
    public async Task<FoundCloudStorage> CloudStorageOfAsync(Actor actor, WorkspaceId workspace, int id, CancellationToken ct)
    {
        var found = await CloudStorageAsync(actor, id, CloudStoragePolicy.View, ct);
        return found.Workspace == workspace || actor.IsAdmin ? found : throw CvatException.Forbidden();
    }

    /// <summary>A cloud storage without any check, or null.</summary>
    public async Task<FoundCloudStorage?> FindCloudStorageAsync(int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        return await locators.FindAsync(CloudStorage.Kind, key, ct) is { } workspace
            ? await workspaces.ReadAsync(
                workspace, view => view.Find<CloudStorage>(key) is { } storage ? new FoundCloudStorage(workspace, storage) { Members = Members.Of(workspace, view) } : null, ct)
            : null;
    }
}
