using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.NotImplemented;

/// <summary>A file of the web app with its caching: hashed assets for ever, all others by ETag.</summary>
internal sealed class WebFileResult(string file, string contentType) : IActionResult
{
    private const string Policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'";

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var response = http.Response;
        var info = new FileInfo(file);
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{info.LastWriteTimeUtc.Ticks:x}-{info.Length:x}\"");
        response.Headers.ETag = etag;
        response.Headers.CacheControl = IsHashed() ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = Policy;
        if (http.Request.Headers.IfNoneMatch.Contains(etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType.StartsWith("text/", StringComparison.Ordinal) ? contentType + "; charset=utf-8" : contentType;
        response.ContentLength = info.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.SendFileAsync(file, http.RequestAborted);
        }
    }

    /// <summary>The bundler puts files whose name holds a hash of their content below <c>assets/</c>.</summary>
    private bool IsHashed() => Path.GetFileName(Path.GetDirectoryName(file)) == "assets";
}
