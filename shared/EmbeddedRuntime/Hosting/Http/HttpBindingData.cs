using System.Buffers;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>
/// What a request gives by name: route values before query before the top-level values of a JSON body (arrays and nulls left out), then
/// <c>Query</c> and <c>Headers</c> as JSON. Nothing is read before it is asked for, so that bodies stream past functions that take
/// none of this.
/// </summary>
internal sealed class HttpBindingData(HttpContext http, RouteValueDictionary route) : IReadOnlyDictionary<string, object?>
{
    private Dictionary<string, object?>? _values;
    private Dictionary<string, object?>? _body;

    public int Count => Values.Count;

    public IEnumerable<string> Keys => Values.Keys;

    IEnumerable<object?> IReadOnlyDictionary<string, object?>.Values => Values.Values;

    private Dictionary<string, object?> Values => _values ??= Collect();

    public object? this[string key] => Values[key];

    public bool ContainsKey(string key) => Values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        if (_values is null && route.TryGetValue(key, out var fromRoute) && fromRoute is not null)
        {
            value = fromRoute;
            return true;
        }

        if (_values is null && http.Request.Query.TryGetValue(key, out var fromQuery) && !IsKey(key))
        {
            value = Last(fromQuery);
            return true;
        }

        return Values.TryGetValue(key, out value);
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Reads a body whose length is known, and puts it back for the function to read. Chunked ones bind nothing.</summary>
    public async ValueTask ReadBodyAsync()
    {
        _body = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        if (http.Request.ContentLength is not > 0)
        {
            return;
        }

        var text = new MemoryStream(capacity: (int)http.Request.ContentLength.Value);
        await http.Request.Body.CopyToAsync(text, http.RequestAborted);
        text.Position = 0;
        http.Request.Body = text;
        ParseBody(text.GetBuffer().AsMemory(0, (int)text.Length));
    }

    /// <summary>The function key travels in the query under this name, and binds to nothing.</summary>
    private static bool IsKey(string name) => name.Equals("code", StringComparison.OrdinalIgnoreCase);

    private static string? Last(StringValues values) => values.Count == 0 ? "" : values[^1];

    private static string? ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Object => JsonSerializer.Serialize(element),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    private void ParseBody(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        if (text.Span.TrimStart(" \t\r\n"u8).IsEmpty || text.Span.TrimStart(" \t\r\n"u8)[0] != '{')
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(new ReadOnlySequence<byte>(text));
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (ValueOf(property.Value) is { } value)
                {
                    _body![property.Name] = value;
                }
            }
        }
        catch (JsonException)
        {
            _body!.Clear(); // what is no JSON binds nothing
        }
    }

    private Dictionary<string, object?> Collect()
    {
        if (_body is null)
        {
            // Only code that looks into BindingContext.BindingData gets here without the body having been read: rare, and small.
            ReadBodyAsync().AsTask().GetAwaiter().GetResult();
        }

        var values = new Dictionary<string, object?>(_body!, StringComparer.OrdinalIgnoreCase);
        var query = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, all) in http.Request.Query)
        {
            query[name] = Last(all);
            if (!IsKey(name))
            {
                values[name] = query[name];
            }
        }

        foreach (var (name, value) in route)
        {
            if (value is not null)
            {
                values[name] = value;
            }
        }

        values["Query"] = JsonSerializer.Serialize(query);
        values["Headers"] = JsonSerializer.Serialize(http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()));
        return values;
    }
}
