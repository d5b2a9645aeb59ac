using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Bodies of <c>cloudstorages_create</c> and <c>_partial_update</c>: JSON, or a form where a key file comes along.</summary>
internal static class CloudStorageForm
{
    private const int MaxFieldBytes = 64 * 1024;
    private const int MaxFields = 500;
    private const string Manifests = "manifests";

    /// <summary>The fields, whichever way they came.</summary>
    /// <exception cref="CvatException">400, 413, 415.</exception>
    public static async Task<FieldReader> ReadAsync(HttpRequest request, bool partial, CancellationToken ct)
    {
        if (!MultipartSections.IsForm(request))
        {
            return await Wire.FieldsAsync(request, partial, ct);
        }

        var (fields, manifests, count) = (new JsonObject(), new List<string>(), 0);
        await foreach (var part in MultipartSections.ReadAsync(request, ct))
        {
            if (++count > MaxFields)
            {
                throw TooLarge();
            }

            var text = Encoding.UTF8.GetString((await part.BytesAsync(MaxFieldBytes, TooLarge, ct)).Span).TrimStart('\uFEFF');
            if (part.Name == Manifests || part.Name.StartsWith(Manifests + "[", StringComparison.Ordinal))
            {
                manifests.Add(text);
            }
            else
            {
                fields[part.Name] = text;
            }
        }

        if (manifests.Count > 0)
        {
            fields[Manifests] = new JsonArray([.. manifests.Select(manifest => JsonValue.Create(manifest))]);
        }

        return new FieldReader(JsonSerializer.SerializeToElement(fields, WireJson.Default.JsonObject), partial);
    }

    private static CvatException TooLarge() => CvatException.Detail(ErrorKind.TooLarge, $"A field of the form is larger than {MaxFieldBytes >> 10} KiB.");
}
