using System.Text.Json.Serialization;

namespace CvatServerless.Media.Manifest;

/// <summary>One picture of a manifest. Source: contract-data §2.7.</summary>
/// <param name="Name">Path without extension, <c>/</c> as separator, relative to the manifest's folder.</param>
/// <param name="Extension">With its dot, case kept.</param>
/// <param name="Width">Pixels, upright; null where the manifest doesn't say.</param>
/// <param name="Height">Pixels, upright; null where the manifest doesn't say.</param>
/// <param name="Meta">Related images; null when there are none.</param>
/// <param name="Checksum">MD5 of the decoded pixels as hex; informative.</param>
public sealed record ManifestEntry(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("extension")] string Extension,
    [property: JsonPropertyName("width")] int? Width = null,
    [property: JsonPropertyName("height")] int? Height = null,
    [property: JsonPropertyName("meta")] ManifestMeta? Meta = null,
    [property: JsonPropertyName("checksum")] string? Checksum = null)
{
    /// <summary>The file: name and extension.</summary>
    [JsonIgnore]
    public string FileName => Name + Extension;

    /// <summary>An entry from a whole file name.</summary>
    public static ManifestEntry Of(string fileName, int? width, int? height, IReadOnlyList<string>? relatedImages = null)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var extension = Probing.MediaTypes.Extension(fileName);
        var split = extension.Length == 0 ? fileName.Length : fileName.Length - extension.Length - 1;
        return new ManifestEntry(fileName[..split], fileName[split..], width, height, relatedImages is { Count: > 0 } ? new ManifestMeta(relatedImages) : null);
    }
}

/// <summary>The <c>meta</c> object of a manifest row.</summary>
/// <param name="RelatedImages">Paths relative to the dataset's root, sorted.</param>
public sealed record ManifestMeta([property: JsonPropertyName("related_images")] IReadOnlyList<string>? RelatedImages);

internal sealed record ManifestVersion([property: JsonPropertyName("version")] string? Version);

internal sealed record ManifestType([property: JsonPropertyName("type")] string? Type);

/// <summary>A row as it comes: every field may be missing; <c>{}</c> stands for a picture that was not selected.</summary>
internal sealed record ManifestRow(
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("extension")] string? Extension,
    [property: JsonPropertyName("width")] int? Width,
    [property: JsonPropertyName("height")] int? Height,
    [property: JsonPropertyName("meta")] ManifestMeta? Meta,
    [property: JsonPropertyName("checksum")] string? Checksum);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestVersion))]
[JsonSerializable(typeof(ManifestType))]
[JsonSerializable(typeof(ManifestRow))]
[JsonSerializable(typeof(ManifestEntry))]
internal sealed partial class ManifestJson : JsonSerializerContext;
