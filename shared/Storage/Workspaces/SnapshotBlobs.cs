using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Storage.Workspaces;

/// <summary>Where snapshots of projections lie: <c>readmodels/{partition}/{boundary}</c>, of which the newest ones are kept.</summary>
internal sealed class SnapshotBlobs(IBlobStore blobs, EntityKinds kinds, TimeProvider time, ILogger logger)
{
    /// <summary>A process that is just loading the older one must find it.</summary>
    private const int Kept = 2;

    /// <summary>Loads the newest snapshot that is whole; null where there is none.</summary>
    public async Task<(ProjectionState State, LogPosition Boundary)?> LoadAsync(WorkspaceId workspace, CancellationToken ct)
    {
        foreach (var name in await NamesAsync(workspace, ct))
        {
            try
            {
                await using var stream = await StoreRetry.RunAsync(token => blobs.OpenReadAsync(name, 0, null, token), time, ct);
                var state = new ProjectionState(kinds);
                return (state, await ProjectionSnapshot.ReadAsync(stream, kinds, state, ct));
            }
            catch (Exception e) when (e is InvalidDataException or FormatException or BlobNotFoundException or System.Text.Json.JsonException)
            {
                logger.LogWarning(4001, e, "The snapshot {Name} can't be used.", name);
            }
        }

        return null;
    }

    /// <summary>Writes a snapshot and removes the ones that it makes superfluous.</summary>
    public async Task SaveAsync(WorkspaceId workspace, LogPosition boundary, IReadOnlyList<SnapshotEntry> entries, CancellationToken ct)
    {
        await blobs.WriteAsync(
            $"{Folder(workspace)}{boundary}", (stream, token) => ProjectionSnapshot.WriteAsync(stream, boundary, kinds, entries, token), BlobCondition.None, ct);
        foreach (var name in (await NamesAsync(workspace, ct)).Skip(Kept))
        {
            await blobs.DeleteAsync(name, ct);
        }
    }

    private static string Folder(WorkspaceId workspace) => $"readmodels/{workspace.Partition}/";

    /// <summary>Newest first.</summary>
    private async Task<List<string>> NamesAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var names = await StoreRetry.RunAsync(
            async token =>
            {
                var found = new List<string>();
                await foreach (var blob in blobs.ListAsync(Folder(workspace), token))
                {
                    found.Add(blob.Name);
                }

                return found;
            },
            time,
            ct);
        names.Reverse();
        return names;
    }
}
