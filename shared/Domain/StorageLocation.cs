namespace CvatServerless.Domain;

/// <summary>A default place for imports or exports (schema <c>Storage</c>).</summary>
/// <param name="Id">Its id in the contract.</param>
/// <param name="Location"><c>local</c> or <c>cloud_storage</c>.</param>
/// <param name="CloudStorageId">The cloud storage, where that is the location.</param>
public sealed record StorageLocation(int Id, string Location, int? CloudStorageId);
