using CvatServerless.Domain;

namespace CvatServerless.Functions.Http;

/// <summary>A link to a list, without a count.</summary>
internal sealed record LinkSummary(string Url);

/// <summary>A link to a list with its count.</summary>
internal sealed record CountSummary(int Count, string Url);

/// <summary>Schema <c>JobsSummary</c>.</summary>
internal sealed record JobsSummary(int Count, int Completed, int Validation, string Url);

/// <summary>Schema <c>Storage</c>.</summary>
internal sealed record StorageRead(int Id, string Location, int? CloudStorageId)
{
    /// <summary>A default place, or null.</summary>
    public static StorageRead? Of(StorageLocation? storage) => storage is null ? null : new(storage.Id, storage.Location, storage.CloudStorageId);
}
