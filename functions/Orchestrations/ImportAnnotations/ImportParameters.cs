using System.Text.Json.Serialization;

namespace CvatServerless.Functions.Orchestrations.ImportAnnotations;

/// <summary>What an import needs beyond its request.</summary>
/// <param name="Format">The reader's name.</param>
/// <param name="Blob">The uploaded file.</param>
/// <param name="FileName">Its name as uploaded.</param>
/// <param name="IsAppend">Keep the existing annotations.</param>
/// <param name="ConvertMasksToPolygons">In formats that do that.</param>
public sealed record ImportParameters(string Format, string Blob, string FileName, bool IsAppend, bool ConvertMasksToPolygons);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImportParameters))]
internal sealed partial class ImportJson : JsonSerializerContext;
