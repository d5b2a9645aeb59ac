using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>
/// The platform's host reads an activity's input and writes it anew, with fractions as doubles: decimals lose trailing zeros, and
/// whatever a double can't hold.
/// </summary>
internal static class HostNumbers
{
    public static string Rewrite(string json)
    {
        if (json.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return json;
        }

        var output = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(output))
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            while (reader.Read())
            {
                Copy(ref reader, writer);
            }
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.GetString()!);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(reader.GetString());
                break;
            case JsonTokenType.Number when reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0:
                writer.WriteRawValue(Text(reader.GetDouble()));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan);
                break;
        }
    }

    private static string Text(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? text + ".0" : text;
    }
}
