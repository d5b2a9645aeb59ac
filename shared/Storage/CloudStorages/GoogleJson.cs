using System.Globalization;
using System.Text.Json.Serialization;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>An object as the JSON API tells of it; 64-bit numbers are texts.</summary>
internal sealed record GoogleObject(string Name, string? Size, string? Generation, DateTimeOffset? Updated)
{
    /// <summary>The same in the port's words.</summary>
    public CloudObject ToObject() => new(Name, long.Parse(Size ?? "0", CultureInfo.InvariantCulture), Generation ?? "", Updated ?? default);
}

/// <summary>A page of a listing.</summary>
internal sealed record GooglePage(IReadOnlyList<GoogleObject>? Items, IReadOnlyList<string>? Prefixes, string? NextPageToken);

/// <summary>The key file of a service account, as far as it matters here.</summary>
internal sealed record GoogleKeyFile(
    [property: JsonPropertyName("type")] string? Type,
    [property: JsonPropertyName("client_email")] string? ClientEmail,
    [property: JsonPropertyName("private_key_id")] string? PrivateKeyId,
    [property: JsonPropertyName("private_key")] string? PrivateKey);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(GoogleObject))]
[JsonSerializable(typeof(GooglePage))]
[JsonSerializable(typeof(GoogleKeyFile))]
internal sealed partial class GoogleJson : JsonSerializerContext;
