using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>A default place as a request names it.</summary>
internal sealed record StorageWrite(string Location, int? CloudStorageId);

/// <summary>The fields <c>source_storage</c> and <c>target_storage</c>.</summary>
internal static class StorageRules
{
    private const string Cloud = "cloud_storage";

    /// <summary>Reads one of the fields.</summary>
    public static Optional<StorageWrite> Read(FieldReader fields, string name) => fields.Object(name, Nested);

    /// <summary>Makes the stored record; it keeps the id of the one that it replaces.</summary>
    /// <exception cref="CvatException">400: the cloud storage contradicts the location or isn't there.</exception>
    public static async Task<StorageLocation?> ToDomainAsync(Optional<StorageWrite> write, StorageLocation? current, ISequences sequences, CancellationToken ct)
    {
        if (!write.IsSet)
        {
            return current;
        }

        if (write.Value is not { } storage)
        {
            return null;
        }

        if (storage.Location == Cloud)
        {
            throw storage.CloudStorageId is { } id
                ? CvatException.Rule($"The specified cloud storage {id} does not exist.")
                : CvatException.Rule("Cloud storage was selected as location but its id was not specified");
        }

        if (storage.CloudStorageId is not null)
        {
            throw CvatException.Rule("It is not allowed to specify the cloud storage id when the location is local");
        }

        return new(current?.Id ?? await sequences.NextAsync("storage", 1, ct), storage.Location, null);
    }

    private static StorageWrite Nested(FieldReader fields) =>
        new(fields.Choice("location", ["local", Cloud]).Or("local")!, fields.Int("cloud_storage_id", min: 0).Value);
}
