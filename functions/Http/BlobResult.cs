using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Streams a blob with byte ranges: 200, 206 with <c>Content-Range</c>, 416 past the end, 400 where the range can't be read, 404 where it has just gone.
/// Source: contract-data.md §3.1.
/// </summary>
internal sealed class BlobResult(IBlobStore blobs, BlobProperties blob, string contentType) : IActionResult
{
    private const int CopyBytes = 128 * 1024;

    /// <summary>Offered as a download under this name; null: shown in place, without a <c>Content-Disposition</c>.</summary>
    public string? FileName { get; init; }

    /// <summary>More headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        var ct = context.HttpContext.RequestAborted;
        if (Range(context.HttpContext.Request) is not var (offset, length))
        {
            // Thrown here it would be too late: the middleware that turns exceptions into answers has returned.
            var refusal = CvatException.Rule($"The range '{context.HttpContext.Request.Headers.Range}' is not supported.");
            await DrfErrors.WriteAsync(context.HttpContext, DrfErrors.Status(refusal.Kind), refusal.Body);
            return;
        }

        if (await OpenAsync(offset, length, ct) is not { } opened)
        {
            await DrfErrors.WriteAsync(context.HttpContext, StatusCodes.Status404NotFound, new TextBody("It was removed at this very moment. Please ask again."));
            return;
        }

        await using var stream = opened;
        response.Headers.AcceptRanges = "bytes";
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (offset >= blob.LengthBytes && length is not null)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{blob.LengthBytes}";
            return;
        }

        var count = length ?? blob.LengthBytes;
        response.ContentType = contentType;
        response.ContentLength = count;
        if (FileName is { } fileName)
        {
            response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = $"\"{fileName}\"" }.ToString();
        }

        if (length is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {offset}-{offset + count - 1}/{blob.LengthBytes}";
        }

        if (!HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            await stream.CopyToAsync(response.Body, CopyBytes, ct);
        }
    }

    /// <summary>The content; null where the blob has just gone.</summary>
    private async Task<Stream?> OpenAsync(long offset, long? length, CancellationToken ct)
    {
        try
        {
            return await blobs.OpenReadAsync(blob.Name, Math.Min(offset, blob.LengthBytes), length, ct);
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The first byte and the number of bytes; (0, null) without a range; null where it can't be read.</summary>
    private (long Offset, long? Length)? Range(HttpRequest request)
    {
        var header = request.Headers.Range.ToString();
        if (header.Length == 0)
        {
            return (0, null);
        }

        if (!RangeHeaderValue.TryParse(header, out var range) || range.Unit != "bytes" || range.Ranges.Count != 1)
        {
            return null;
        }

        var part = range.Ranges.First();
        if (part.From is not { } from)
        {
            var last = Math.Min(part.To ?? 0, blob.LengthBytes);
            return (blob.LengthBytes - last, last);
        }

        return (from, Math.Max(0, Math.Min(part.To ?? long.MaxValue, blob.LengthBytes - 1) - from + 1));
    }
}
