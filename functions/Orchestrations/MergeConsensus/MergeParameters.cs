using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Orchestrations.MergeConsensus;

/// <summary>What a merge needs beyond its request.</summary>
/// <param name="JobIds">The annotation jobs whose replicas are merged, ascending.</param>
public sealed record MergeParameters(IReadOnlyList<int> JobIds)
{
    /// <summary>Those of all attempts.</summary>
    public const string Folder = "merges/";

    /// <summary>The blob of an attempt.</summary>
    public static string Blob(string instanceId) => $"{Folder}{instanceId}.json";

    /// <summary>Results of a job's stretches, while it is being merged.</summary>
    public static string JobFolder(string instanceId, int jobId) => string.Create(CultureInfo.InvariantCulture, $"{Folder}{instanceId}/{jobId}/");

    /// <summary>The result of one stretch, as an operation of a job's log.</summary>
    public static string StretchBlob(string instanceId, int jobId, int stretch) => string.Create(CultureInfo.InvariantCulture, $"{JobFolder(instanceId, jobId)}{stretch}");

    /// <summary>Reads what was stored with the request.</summary>
    public static async Task<MergeParameters> ReadAsync(IBlobStore blobs, string blob, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(blob, 0, null, ct);
        return await JsonSerializer.DeserializeAsync(stream, MergeJson.Default.MergeParameters, ct) ?? throw new InvalidDataException("No parameters.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MergeParameters))]
internal sealed partial class MergeJson : JsonSerializerContext;
