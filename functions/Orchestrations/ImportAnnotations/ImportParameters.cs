using System.Text.Json.Serialization;

namespace CvatServerless.Functions.Orchestrations.ImportAnnotations;

/// <summary>What an import needs beyond its request.</summary>
/// <param name="Format">The reader's name.</param>
/// <param name="Blob">The uploaded file.</param>
/// <param name="FileName">Its name as uploaded.</param>
/// <param name="IsAppend">Keep the existing annotations.</param>
/// <param name="ConvertMasksToPolygons">In formats that do that.</param>
public sealed record ImportParameters(string Format, string Blob, string FileName, bool IsAppend, bool ConvertMasksToPolygons)
{
    /// <summary>The cloud storage that the file is fetched from, to <see cref="Blob"/>, by <see cref="FileName"/> as its key; null: it was uploaded.</summary>
    public int? CloudStorageId { get; init; }

    /// <summary>Where an attempt's file from a cloud storage lies meanwhile.</summary>
    public static string FetchedBlob(string instanceId) => $"imports/{instanceId}.file";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImportParameters))]
internal sealed partial class ImportJson : JsonSerializerContext;
