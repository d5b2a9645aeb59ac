using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>A cloud storage in a list.</summary>
internal sealed record CloudStorageRow(RowContext Context, CloudStorage Storage) : IListRow
{
    public WorkspaceId Workspace => Context.Workspace;
}

/// <summary>What the list of cloud storages can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class CloudStorageFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;

    public static readonly FieldSet<CloudStorageRow> All = FieldSet.ById<CloudStorageRow>(row => row.Storage.Id)
        .Text("name", row => row.Storage.DisplayName, Simple | FieldUses.Search)
        .Text("owner", row => row.Context.Users.Name(row.Storage.OwnerId), Simple | FieldUses.Search)
        .Text("resource", row => row.Storage.Resource, Simple | FieldUses.Search)
        .Choice("provider_type", row => row.Storage.ProviderType, Simple, CloudProviders.Types)
        .Choice("credentials_type", row => row.Storage.CredentialsType, Simple, CloudProviders.Credentials)
        .Text("description", row => row.Storage.Description, FieldUses.Listed | FieldUses.Search)
        .Int("cloud_storage_owner_id", row => row.Storage.OwnerId, FieldUses.None);
}
