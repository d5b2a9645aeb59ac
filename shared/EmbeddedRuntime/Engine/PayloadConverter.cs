using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>
/// JSON as the functions worker writes it: fields are left out, null is no payload. Payloads are kept small, so that an app does not
/// find out on the real platform that it should have passed a blob's name.
/// </summary>
internal sealed class PayloadConverter(JsonSerializerOptions? options = null) : DataConverter
{
    /// <summary>Longest input, output or event, in bytes of UTF-8.</summary>
    public const int MaxPayloadBytes = 32 * 1024;

    /// <summary>Longest custom status, in characters of its JSON.</summary>
    public const int MaxCustomStatusChars = 4 * 1024;

    private readonly JsonSerializerOptions _options = options ?? new JsonSerializerOptions { PropertyNameCaseInsensitive = true };

    public override string? Serialize(object? value)
    {
        if (value is null)
        {
            return null;
        }

        var text = JsonSerializer.Serialize(value, value.GetType(), _options);
        CheckSize(text);
        return text;
    }

    public string? SerializeCustomStatus(object? value)
    {
        var text = value is null ? null : JsonSerializer.Serialize(value, value.GetType(), _options);
        return text?.Length > MaxCustomStatusChars
            ? throw new ArgumentException($"The custom status has {text.Length} characters; {MaxCustomStatusChars} are allowed.", nameof(value))
            : text;
    }

    public override object? Deserialize(string? data, Type targetType) => data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);

    private static void CheckSize(string text)
    {
        var bytes = text.Length * 3 <= MaxPayloadBytes ? 0 : Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxPayloadBytes)
        {
            throw new ArgumentException($"The payload has {bytes} bytes; {MaxPayloadBytes} are allowed. Keep large data in a blob and pass its name.");
        }
    }
}
