using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Functions.Http;

/// <summary>Reading and writing of the contract's JSON.</summary>
internal static class Wire
{
    /// <summary>The contract's media type.</summary>
    public const string ContentType = "application/vnd.cvat+json";

    /// <summary>Depth of JSON that is read.</summary>
    public const int MaxDepth = 64;

    /// <summary>Text is written as UTF-8; only what JSON demands is escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A body with a status, 200 unless told.</summary>
    public static IActionResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            JsonSerializer.Serialize(json, value, type);
        }

        return new WireResult(status, buffer.WrittenMemory);
    }

    /// <summary>201 with the new object.</summary>
    public static IActionResult Created<T>(T value, JsonTypeInfo<T> type) => Json(value, type, StatusCodes.Status201Created);

    /// <summary><c>{"rq_id":"…"}</c> of background work: 202 where it was accepted, 409 where the same request is queued or running.</summary>
    public static IActionResult Started(string requestId, bool isAccepted) => Json(
        new Api.Requests.RequestId(requestId),
        WireJson.Default.RequestId,
        isAccepted ? StatusCodes.Status202Accepted : StatusCodes.Status409Conflict);

    /// <summary><c>{"detail":"…"}</c> of a success.</summary>
    public static IActionResult Detail(string message) => Json(new DetailRead(message), WireJson.Default.DetailRead);

    /// <summary>204.</summary>
    public static IActionResult NoContent() => new WireResult(StatusCodes.Status204NoContent, default);

    /// <summary>An empty body with a status.</summary>
    public static IActionResult Empty(int status = StatusCodes.Status200OK) => new WireResult(status, default);

    /// <summary>Plain text, where the contract has it instead of JSON.</summary>
    public static IActionResult Text(string text, int status, string contentType = "text/html; charset=utf-8") =>
        new WireResult(status, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>
    /// The JSON body; an empty body is an empty object, whatever its content type (the official client sends one on bodyless calls).
    /// </summary>
    /// <exception cref="CvatException">415: it is not JSON; 413: it is too large; 400: it can't be parsed.</exception>
    public static async Task<JsonElement> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        var limit = request.HttpContext.RequestServices.GetRequiredService<ServerOptions>().MaxJsonMebibytes << 20;
        using var body = await ReadAsync(request, limit, ct);
        if (body.Length == 0)
        {
            return EmptyObject();
        }

        if (!IsJson(request.ContentType))
        {
            throw CvatException.Detail(ErrorKind.UnsupportedMediaType, $"Unsupported media type \"{request.ContentType}\" in request.");
        }

        try
        {
            var span = new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length);
            RequireWholeCharacters(span.Span);
            using var document = JsonDocument.Parse(span, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw CvatException.Detail(ErrorKind.Invalid, $"JSON parse error - line {e.LineNumber + 1} column {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            throw CvatException.Detail(ErrorKind.Invalid, "JSON parse error - a text holds half of a surrogate pair");
        }
    }

    /// <summary>The JSON body as the fields of an object.</summary>
    /// <param name="partial">PATCH: missing fields are no errors.</param>
    /// <param name="request">The request.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">As <see cref="BodyAsync"/>; 400: it is not an object.</exception>
    public static async Task<FieldReader> FieldsAsync(HttpRequest request, bool partial, CancellationToken ct)
    {
        var body = await BodyAsync(request, ct);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw CvatException.Field(FieldErrors.NonField, $"Invalid data. Expected a dictionary, but got {JsonTypes.NameOf(body)}.");
        }

        return new FieldReader(body, partial);
    }

    /// <summary>The parser takes an escaped half of a surrogate pair for granted and fails only where the text is read: fail here instead.</summary>
    private static void RequireWholeCharacters(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }
    }

    private static JsonElement EmptyObject()
    {
        using var document = JsonDocument.Parse("{}");
        return document.RootElement.Clone();
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<MemoryStream> ReadAsync(HttpRequest request, int limitBytes, CancellationToken ct)
    {
        var body = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, 1 << 20));
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
            {
                if (body.Length + read > limitBytes)
                {
                    throw CvatException.Detail(ErrorKind.TooLarge, $"The body is larger than {limitBytes >> 20} MiB.");
                }

                body.Write(buffer, 0, read);
            }

            return body;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary><c>{"detail":"…"}</c>.</summary>
internal sealed record DetailRead(string Detail);
