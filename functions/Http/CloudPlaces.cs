using System.Globalization;
using CvatServerless.Domain;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Where a request wants a file to go to or to come from: <c>location</c>, <c>cloud_storage_id</c> and <c>filename</c> in its query, or the default of the object. Source:
/// contract-data.md §5.6.
/// </summary>
public sealed class CloudPlaces(Access access)
{
    private const string Cloud = "cloud_storage";

    /// <summary>The cloud storage that the file of an export goes to, which the actor may use; null: it stays on the server.</summary>
    /// <param name="req">The request.</param>
    /// <param name="byDefault">The object's <c>target_storage</c>.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">400: it isn't said which; 403, 404.</exception>
    internal async Task<int?> TargetAsync(HttpRequest req, StorageLocation? byDefault, CancellationToken ct)
    {
        var place = await FindAsync(req, byDefault, ct);
        if (place is not null && req.Actor().IsReadOnly)
        {
            throw CvatException.Forbidden();
        }

        if (place is not null && req.QueryText("filename") is { } name)
        {
            RequireKey(place, name);
        }

        return place?.Id;
    }

    /// <summary>The cloud storage and key that the file of an import comes from; null: it is uploaded.</summary>
    /// <param name="req">The request.</param>
    /// <param name="byDefault">The object's <c>source_storage</c>; it counts only where the request brings nothing itself.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">400: it isn't said which, or no key; 403, 404.</exception>
    internal async Task<(int StorageId, string Key)?> SourceAsync(HttpRequest req, StorageLocation? byDefault, CancellationToken ct)
    {
        var isUpload = req.ContentLength > 0 || req.HasFormContentType || req.Headers.Keys.Any(name => name.StartsWith("Upload-", StringComparison.OrdinalIgnoreCase));
        if (await FindAsync(req, isUpload ? null : byDefault, ct) is not { } storage)
        {
            return null;
        }

        var key = req.QueryText("filename") ?? throw CvatException.Rule("The filename was not specified");
        RequireKey(storage, key);
        return (storage.Id, key);
    }

    private async Task<CloudStorage?> FindAsync(HttpRequest req, StorageLocation? byDefault, CancellationToken ct)
    {
        var location = req.QueryText("location");
        if (location is not (null or "local" or Cloud))
        {
            throw CvatException.Rule($"Invalid location '{location}'. Allowed: local, {Cloud}");
        }

        var isDefault = location is null;
        if ((location ?? byDefault?.Location) != Cloud)
        {
            return null;
        }

        var id = isDefault ? byDefault!.CloudStorageId : Number(req.QueryText("cloud_storage_id"));
        if (id is null)
        {
            throw CvatException.Rule("Trying to use undefined cloud storage (cloud_storage_id was not provided)");
        }

        var found = await access.FindCloudStorageAsync(id.Value, ct);
        if (found is null)
        {
            throw CvatException.NotFound(isDefault
                ? $"The cloud storage {id} of the default location was removed: choose another one, or location=local."
                : "No CloudStorage matches the given query.");
        }

        return CloudStoragePolicy.Table.Allows(req.Actor(), CloudStoragePolicy.View, found.Facts)
            ? found.Storage
            : throw CvatException.Forbidden($"You don't have access to this cloud storage{(isDefault ? ", which is the default location: choose location=local" : "")}");
    }

    private static int? Number(string? text) => text is null
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw CvatException.Field("cloud_storage_id", "A valid integer is required.");

    private static void RequireKey(CloudStorage storage, string key)
    {
        if (!CloudKeys.IsObject(key))
        {
            throw CvatException.Rule("The filename must be the key of an object, without leading slash and '..'.");
        }

        if (!CloudKeys.IsWithin(storage, key))
        {
            throw CvatException.Rule($"The filename must begin with the prefix of the cloud storage: '{CloudKeys.PrefixOf(storage)}'.");
        }
    }
}
