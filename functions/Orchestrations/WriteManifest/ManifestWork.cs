using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Orchestrations.WriteManifest;

/// <summary>What is to be written.</summary>
/// <param name="StorageId">The cloud storage.</param>
/// <param name="Prefix">Pictures whose keys begin so.</param>
/// <param name="Path">The manifest's key; pictures are named relative to its folder.</param>
public sealed record ManifestParameters(int StorageId, string Prefix, string Path);

/// <summary>The input of the steps after the listing.</summary>
/// <param name="Item">The request.</param>
/// <param name="Groups">How many groups of pictures there are.</param>
/// <param name="Number">Which of them.</param>
public sealed record ManifestStep(WorkItem Item, int Groups, int Number);

/// <summary>A picture of the listing: its key and version.</summary>
internal sealed record ListedPicture(string Key, long LengthBytes, string ETag);

/// <summary>A context image: its key, and that of the picture that it belongs to.</summary>
internal sealed record ListedContext(string Key, string Owner);

/// <summary>A picture with its upright size in pixels.</summary>
internal sealed record SizedPicture(string Name, int Width, int Height, IReadOnlyList<string>? Related);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestParameters))]
[JsonSerializable(typeof(ListedPicture))]
[JsonSerializable(typeof(ListedContext))]
[JsonSerializable(typeof(SizedPicture))]
internal sealed partial class ManifestWorkJson : JsonSerializerContext;

/// <summary>Blobs of an attempt; among those of imports, whose leftovers a timer removes.</summary>
internal static class ManifestBlobs
{
    /// <summary>Everything but the parameters.</summary>
    public static string Folder(string instanceId) => $"imports/{instanceId}/";

    /// <summary>The request's parameters.</summary>
    public static string Parameters(string instanceId) => $"imports/{instanceId}.json";

    /// <summary>A group of pictures as they were listed.</summary>
    public static string Group(string instanceId, int number) => $"{Folder(instanceId)}listed-{number}.jsonl";

    /// <summary>All context images.</summary>
    public static string Context(string instanceId) => $"{Folder(instanceId)}context.jsonl";

    /// <summary>A group of pictures with their sizes.</summary>
    public static string Sized(string instanceId, int number) => $"{Folder(instanceId)}sized-{number}.jsonl";

    /// <summary>The manifest before it goes to the bucket.</summary>
    public static string Manifest(string instanceId) => $"{Folder(instanceId)}manifest.jsonl";

    /// <summary>Reads the parameters.</summary>
    public static async Task<ManifestParameters> ReadAsync(IBlobStore blobs, string instanceId, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(Parameters(instanceId), 0, null, ct);
        return await JsonSerializer.DeserializeAsync(stream, ManifestWorkJson.Default.ManifestParameters, ct) ?? throw new InvalidDataException("No parameters.");
    }
}
