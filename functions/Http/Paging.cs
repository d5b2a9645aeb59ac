using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Filtering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Http;

/// <summary>A page of a list.</summary>
internal sealed record Page<T>(int Count, IReadOnlyList<T> Items, int Number, int Size);

/// <summary>Lists as <c>{"count","next","previous","results"}</c>.</summary>
internal static class Paging
{
    /// <summary>Reads the list parameters of a request.</summary>
    public static ListQuery<T> ListQuery<T>(this HttpRequest request, FieldSet<T> fields) =>
        Domain.Filtering.ListQuery.Parse(name => request.Query.TryGetValue(name, out var values) ? values.ToString() : null, fields);

    /// <summary>Writes a page.</summary>
    public static IActionResult Write<T>(HttpRequest request, Page<T> page, JsonTypeInfo<T> type)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("count", page.Count);
            json.WriteString("next", (long)page.Number * page.Size < page.Count ? Url(request, page.Number + 1) : null);
            json.WriteString("previous", page.Number > 1 ? Url(request, page.Number - 1) : null);
            json.WriteStartArray("results");
            foreach (var item in page.Items)
            {
                JsonSerializer.Serialize(json, item, type);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new WireResult(StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    private static string Url(HttpRequest request, int number)
    {
        var parameters = request.Query
            .Where(parameter => parameter.Key != "page")
            .SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value)));
        var query = QueryString.Create(number > 1 ? parameters.Append(KeyValuePair.Create("page", (string?)$"{number}")) : parameters);
        return $"{request.BaseUrl()}{request.Path.ToUriComponent()}{query.ToUriComponent()}";
    }
}
