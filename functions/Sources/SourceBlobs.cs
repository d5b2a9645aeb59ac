using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Domain;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;

namespace CvatServerless.Functions.Sources;

/// <summary>Blobs of a task's files on their way in; they lie in the folder of work in progress, which goes when the task is made.</summary>
internal static class SourceBlobs
{
    /// <summary>A fetched file.</summary>
    public static string File(string dataId, int number) => $"{Files(dataId)}{number:D6}.bin";

    /// <summary>How far the fetching of a file has come.</summary>
    public static string State(string fileBlob) => Path.ChangeExtension(fileBlob, ".json");

    /// <summary>What was asked for.</summary>
    public static async Task<DataParameters> ReadParametersAsync(this IBlobStore blobs, string blob, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(blob, 0, null, ct);
        return await JsonSerializer.DeserializeAsync(stream, DomainJson.Default.DataParameters, ct) ?? throw new InvalidDataException("No parameters.");
    }

    /// <summary>Writes the list of a task's files.</summary>
    public static Task WriteListAsync(this IBlobStore blobs, string dataId, IReadOnlyList<MediaFile> files, CancellationToken ct) =>
        blobs.WriteAsync(List(dataId), files, SourcesJson.Default.MediaFile, ct);

    /// <summary>The list of a task's files, with the lengths of those that were fetched, and the listed ones of the others; null where there is none.</summary>
    public static async Task<IReadOnlyList<MediaFile>?> ReadListAsync(this IBlobStore blobs, string dataId, CancellationToken ct)
    {
        if (await blobs.FindAsync(List(dataId), ct) is null)
        {
            return null;
        }

        var lengths = await blobs.ListAsync(Files(dataId), ct).ToDictionaryAsync(blob => blob.Name, blob => blob.LengthBytes, StringComparer.Ordinal, cancellationToken: ct);
        return await blobs.ReadAsync(List(dataId), SourcesJson.Default.MediaFile, ct)
            .Select(file => file.IsFetched && lengths.TryGetValue(file.Place.Path, out var length) && !lengths.ContainsKey(State(file.Place.Path))
                ? file with { LengthBytes = length, IsHere = true }
                : file)
            .ToListAsync(ct);
    }

    /// <summary>The state of a fetched file; null before its beginning.</summary>
    public static async Task<FetchState?> ReadStateAsync(this IBlobStore blobs, string fileBlob, CancellationToken ct)
    {
        try
        {
            await using var stream = await blobs.OpenReadAsync(State(fileBlob), 0, null, ct);
            return await JsonSerializer.DeserializeAsync(stream, SourcesJson.Default.FetchState, ct);
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes the state of a fetched file.</summary>
    public static Task WriteStateAsync(this IBlobStore blobs, string fileBlob, FetchState state, CancellationToken ct) => blobs.WriteAsync(
        State(fileBlob), (stream, token) => JsonSerializer.SerializeAsync(stream, state, SourcesJson.Default.FetchState, token), BlobCondition.None, ct);

    private static string Files(string dataId) => $"{DataBlobs.Work(dataId)}files/";

    private static string List(string dataId) => $"{DataBlobs.Work(dataId)}files.jsonl";
}

/// <summary>How far the fetching of a file has come; its bytes are beside it, and alone once all are there.</summary>
/// <param name="Started">When it began.</param>
internal sealed record FetchState(DateTimeOffset Started)
{
    /// <summary>What names the version that the bytes are of: a strong ETag or a date; null: the server names none, and nothing can be continued.</summary>
    public string? Validator { get; init; }

    /// <summary>The whole length, where the server told.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>The most bytes that were ever here.</summary>
    public long FarthestBytes { get; init; }

    /// <summary>Attempts in a row that brought nothing new.</summary>
    public int Failures { get; init; }

    /// <summary>When the next attempt may be made; null: at any time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether an empty file is here as a whole.</summary>
    public bool IsComplete { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MediaFile))]
[JsonSerializable(typeof(FetchState))]
internal sealed partial class SourcesJson : JsonSerializerContext;
