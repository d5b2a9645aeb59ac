using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Server;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Schema <c>CloudStorageRead</c>; credentials are in none of its fields.</summary>
internal sealed record CloudStorageRead
{
    public required int Id { get; init; }

    public BasicUserRead? Owner { get; init; }

    public required IReadOnlyList<string> Manifests { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public required string ProviderType { get; init; }

    public required string Resource { get; init; }

    public required string DisplayName { get; init; }

    public required string CredentialsType { get; init; }

    public required string SpecificAttributes { get; init; }

    public required string Description { get; init; }

    public int? Organization { get; init; }

    public static CloudStorageRead Of(WorkspaceId workspace, CloudStorage storage, UserDirectory users) => new()
    {
        Id = storage.Id,
        Owner = users.Basic(storage.OwnerId),
        Manifests = storage.Manifests,
        CreatedDate = storage.CreatedDate,
        UpdatedDate = storage.UpdatedDate,
        ProviderType = storage.ProviderType,
        Resource = storage.Resource,
        DisplayName = storage.DisplayName,
        CredentialsType = storage.CredentialsType,
        SpecificAttributes = storage.SpecificAttributes,
        Description = storage.Description,
        Organization = workspace.OrganizationId,
    };
}

/// <summary>Schema <c>CloudStorageContent</c>; <paramref name="Next"/> is a text also where it is a number.</summary>
internal sealed record CloudContentRead(IReadOnlyList<FileRead> Content, string? Next);
