using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CvatServerless.EmbeddedRuntime.Hosting;

namespace CvatServerless.EmbeddedRuntime.Queues;

/// <summary>How values become message texts, and how texts are encoded on the queue.</summary>
internal static class QueueText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether host.json asks for base64 on the queue, which is the default.</summary>
    public static bool IsBase64(HostSettings settings) =>
        !string.Equals(settings.HostJson["extensions:queues:messageEncoding"], "none", StringComparison.OrdinalIgnoreCase);

    /// <summary>The texts of an output value: an array or list is one message per element, a string is its text, anything else JSON. JSON comes out indented.</summary>
    public static IEnumerable<string> TextsOf(object value) => value switch
    {
        string text => [Text(text)],
        byte[] bytes => [Encoding.UTF8.GetString(bytes)],
        System.Collections.IDictionary => [Text(value)],
        System.Collections.IEnumerable many => many.Cast<object?>().Where(one => one is not null).Select(one => Text(one!)),
        _ => [Text(value)],
    };

    public static string Encode(string text, bool isBase64) => isBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : text;

    /// <summary>The text of a message; null where it is not in the encoding that host.json names.</summary>
    public static string? Decode(string text, bool isBase64) =>
        !isBase64 ? text : Base64.IsValid(text) ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;

    private static string Text(object value)
    {
        if (value is not string text)
        {
            text = JsonSerializer.Serialize(value, ValueConversion.Json);
        }
        else if (!text.TrimStart().StartsWith('{') && !text.TrimStart().StartsWith('['))
        {
            return text;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(document.RootElement, Indented);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
