using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Http;

/// <summary>
/// A finished body with its status. It has no public properties on purpose: the worker serializes returned objects once more for the host
/// (azure-model.md §1.2 no. 8), which costs nothing here.
/// </summary>
internal sealed class WireResult(int status, ReadOnlyMemory<byte> body, string contentType = Wire.ContentType) : IActionResult
{
    /// <summary>Bodies below this many bytes are not worth compressing.</summary>
    private const int CompressFromBytes = 4096;

    /// <inheritdoc/>
    public Task ExecuteResultAsync(ActionContext context) => WriteAsync(context.HttpContext);

    /// <summary>Writes it to a response that has not started.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = status;
        if (status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        response.ContentType = contentType;
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (body.Length >= CompressFromBytes && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(body, http.RequestAborted);
            return;
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.Body.WriteAsync(body, http.RequestAborted);
        }
    }
}
