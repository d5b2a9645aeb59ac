using System.Text.Json;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http;

/// <summary>Error bodies in the shapes of Django REST framework (contract-resources.md §1.10); the only place that writes one.</summary>
internal static class DrfErrors
{
    /// <summary>The status code of a kind.</summary>
    public static int Status(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorKind.NotAcceptable => StatusCodes.Status406NotAcceptable,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Gone => StatusCodes.Status410Gone,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        ErrorKind.Throttled => StatusCodes.Status429TooManyRequests,
        ErrorKind.NotImplemented => StatusCodes.Status501NotImplemented,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Writes the answer to an error; headers that are already set stay.</summary>
    public static Task WriteAsync(HttpContext http, int status, ErrorBody body)
    {
        if (status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return new WireResult(status, Bytes(body)).WriteAsync(http);
    }

    /// <summary>Writes the answer to an error that the contract has as plain text.</summary>
    public static Task WriteTextAsync(HttpContext http, int status, string message) =>
        new WireResult(status, System.Text.Encoding.UTF8.GetBytes(message), "text/html; charset=utf-8").WriteAsync(http);

    private static byte[] Bytes(ErrorBody body)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            Write(json, body);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ErrorBody body)
    {
        switch (body)
        {
            case DetailBody detail:
                json.WriteStartObject();
                json.WriteString("detail", detail.Message);
                json.WriteEndObject();
                break;
            case CodedBody coded:
                json.WriteStartObject();
                json.WriteString("detail", coded.Message);
                json.WriteString("message", coded.Message);
                json.WriteString("code", coded.Code);
                json.WriteEndObject();
                break;
            case TextBody text:
                json.WriteStringValue(text.Message);
                break;
            case ListBody list:
                WriteMessages(json, list.Messages);
                break;
            case FieldErrors fields:
                WriteFields(json, fields);
                break;
            default:
                throw new InvalidOperationException($"An error body of an unknown kind: {body.GetType().Name}.");
        }
    }

    private static void WriteFields(Utf8JsonWriter json, FieldErrors fields)
    {
        json.WriteStartObject();
        foreach (var (name, value) in fields.Items)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case FieldErrors nested:
                    WriteFields(json, nested);
                    break;
                case List<FieldErrors> items:
                    json.WriteStartArray();
                    items.ForEach(item => WriteFields(json, item));
                    json.WriteEndArray();
                    break;
                default:
                    WriteMessages(json, (List<string>)value);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<string> messages)
    {
        json.WriteStartArray();
        foreach (var message in messages)
        {
            json.WriteStringValue(message);
        }

        json.WriteEndArray();
    }
}
