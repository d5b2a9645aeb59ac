namespace CvatServerless.Domain.Ports;

/// <summary>Everyday calls.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Removes every blob whose name begins with <paramref name="prefix"/>, such as a folder's; safe to repeat.</summary>
    public static async Task DeleteFolderAsync(this IBlobStore blobs, string prefix, CancellationToken ct)
    {
        await foreach (var blob in blobs.ListAsync(prefix, ct))
        {
            await blobs.DeleteAsync(blob.Name, ct);
        }
    }
}
