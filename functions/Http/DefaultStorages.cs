using CvatServerless.Domain;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>A default place as a request names it; <see cref="CloudStorageId"/> may be absent, which differs from null.</summary>
internal sealed record StorageWrite(Optional<string> Location, Optional<int?> CloudStorageId);

/// <summary>The fields <c>source_storage</c> and <c>target_storage</c> (contract-resources.md §2.6).</summary>
public sealed class DefaultStorages(Access access, ISequences sequences)
{
    private const string Local = "local";
    private const string Cloud = "cloud_storage";

    /// <summary>Reads one of the fields.</summary>
    internal static Optional<StorageWrite> Read(FieldReader fields, string name) =>
        fields.Object(name, nested => new StorageWrite(nested.Choice("location", [Local, Cloud]), nested.Int("cloud_storage_id", min: 0)));

    /// <summary>Makes the stored record; it keeps the id of the one that it replaces.</summary>
    /// <param name="actor">Must be allowed to see the cloud storage, also where it was named before.</param>
    /// <param name="write">The field.</param>
    /// <param name="current">What is stored.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">400: the cloud storage contradicts the location or isn't there; 403.</exception>
    internal async Task<StorageLocation?> ToDomainAsync(Actor actor, Optional<StorageWrite> write, StorageLocation? current, CancellationToken ct)
    {
        if (!write.IsSet)
        {
            return current;
        }

        if (write.Value is not { } storage)
        {
            return null;
        }

        if (current?.Location == Cloud && !storage.Location.IsSet && storage.CloudStorageId is { IsSet: true, Value: null })
        {
            throw CvatException.Rule("It is not allowed to reset a cloud storage id. Please specify the location 'local' explicitly");
        }

        var location = storage.Location.Or(Local)!;
        await CheckAsync(actor, location, storage.CloudStorageId.Value, ct);
        return new(current?.Id ?? await sequences.NextAsync("storage", 1, ct), location, storage.CloudStorageId.Value);
    }

    private async Task CheckAsync(Actor actor, string location, int? id, CancellationToken ct)
    {
        if (location == Local)
        {
            if (id is not null)
            {
                throw CvatException.Rule("It is not allowed to specify the cloud storage id when the location is local");
            }

            return;
        }

        if (id is not { } storage)
        {
            throw CvatException.Rule("Cloud storage was selected as location but its id was not specified");
        }

        var found = await access.FindCloudStorageAsync(storage, ct) ?? throw CvatException.Rule($"The specified cloud storage {storage} does not exist.");
        CloudStoragePolicy.Table.Check(actor, CloudStoragePolicy.View, found.Facts);
    }
}
