using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.StaticFiles;

namespace CvatServerless.Functions.Api.NotImplemented;

/// <summary>The built web app: its files, and its first page for every other address, because the app routes by itself.</summary>
public sealed class WebApp(ServerOptions options)
{
    private const string Index = "index.html";
    private readonly FileExtensionContentTypeProvider _types = new();
    private readonly string? _root = options.WebRoot is { } root && Directory.Exists(root) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) : null;

    /// <summary>A file of the app, or its first page.</summary>
    /// <exception cref="CvatException">404: there is no web app, or a file is asked for that isn't there; 405: it is no GET.</exception>
    internal IActionResult Serve(HttpRequest req)
    {
        if (!HttpMethods.IsGet(req.Method) && !HttpMethods.IsHead(req.Method))
        {
            req.HttpContext.Response.Headers.Allow = "GET, HEAD";
            throw CvatException.Detail(ErrorKind.MethodNotAllowed, $"Method \"{req.Method}\" not allowed.");
        }

        var file = Find(req.Path.Value ?? "/") ?? throw CvatException.NotFound();
        return new WebFileResult(file, _types.TryGetContentType(file, out var type) ? type : "application/octet-stream");
    }

    private string? Find(string path)
    {
        if (_root is null)
        {
            return null;
        }

        if (path.Length > 1 && !path.Contains('\0'))
        {
            var file = Path.GetFullPath(Path.Combine(_root, path.TrimStart('/')));
            if (file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file))
            {
                return file;
            }

            if (Path.HasExtension(path))
            {
                return null; // a missing asset is an error, not a page
            }
        }

        var index = Path.Combine(_root, Index);
        return File.Exists(index) ? index : null;
    }
}
