using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Guides;

/// <summary>A file that a <see cref="Guide"/>'s text refers to; its content lies in the blob <see cref="BlobName"/> and never changes.</summary>
public sealed record Asset : IWorkspaceEntity<Asset>
{
    /// <summary>Where the content of all assets lies.</summary>
    public const string Folder = "assets/";

    /// <inheritdoc/>
    public static string Kind => "asset";

    /// <inheritdoc/>
    public static JsonTypeInfo<Asset> Json => DomainJson.Default.Asset;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => KeyOf(Id);

    /// <summary>Random.</summary>
    public required Guid Id { get; init; }

    /// <summary>The guide it belongs to.</summary>
    public required int GuideId { get; init; }

    /// <summary>The name it was uploaded with, without folders; at most 1,024 characters.</summary>
    public required string FileName { get; init; }

    /// <summary>What its bytes are, whatever its name says.</summary>
    public required string ContentType { get; init; }

    /// <summary>Who uploaded it.</summary>
    public int? OwnerId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>The blob.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string BlobName => Folder + Key;

    /// <summary>An id as a key.</summary>
    public static string KeyOf(Guid id) => id.ToString("D");
}
