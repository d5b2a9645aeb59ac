using System.Globalization;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Uploads;

/// <summary>CVAT's dialect of TUS 1.0.0 over <see cref="UploadStore"/>. Source: contract-data.md §1.3.</summary>
public sealed class TusProtocol(UploadStore uploads)
{
    /// <summary>Creation: <c>Upload-Length</c> and <c>Upload-Metadata</c> announce a file; 201 with <c>Location</c> and <c>Upload-Filename</c>.</summary>
    /// <param name="request">The call.</param>
    /// <param name="target">Where the file belongs (<see cref="UploadStore"/>).</param>
    /// <param name="userId">Who may go on with it.</param>
    /// <param name="collectionUrl">The absolute URL that the file's id is added to.</param>
    /// <param name="offerFileId">Whether <c>Upload-Filename</c> is the id, as imports want it, or the file's name, as data wants it.</param>
    public async Task<IActionResult> CreateAsync(HttpRequest request, string target, int userId, string collectionUrl, bool offerFileId)
    {
        var metadata = Metadata(request.Headers["Upload-Metadata"].ToString());
        if (!metadata.TryGetValue("filename", out var filename) || filename.Length == 0)
        {
            throw CvatException.Rule("Upload-Metadata has no filename.");
        }

        if (Number(request, "Upload-Length") is not { } length)
        {
            throw CvatException.Rule("Upload-Length is not a number of bytes.");
        }

        var upload = await uploads.CreateTusAsync(target, userId, UploadName.Reduce(filename), length, request.HttpContext.RequestAborted);
        var headers = Common(request.HttpContext.Response);
        headers.Location = $"{collectionUrl.TrimEnd('/')}/{upload.FileId}";
        headers["Upload-Filename"] = HeaderSafe(offerFileId ? upload.FileId : upload.Name);
        headers["Upload-Offset"] = "0";
        return new StatusCodeResult(StatusCodes.Status201Created);
    }

    /// <summary>A piece: 204 with the new <c>Upload-Offset</c>; 409 (with the right one) where it does not fit.</summary>
    public async Task<IActionResult> AppendAsync(HttpRequest request, string target, int userId, string fileId)
    {
        var ct = request.HttpContext.RequestAborted;
        var upload = await uploads.FindTusAsync(target, fileId, userId, ct) ?? throw CvatException.NotFound();
        var headers = Common(request.HttpContext.Response);
        headers["Upload-Offset"] = Text(upload.OffsetBytes);
        if (Number(request, "Upload-Offset") is not { } offset)
        {
            throw CvatException.Rule("Upload-Offset is not a number of bytes.");
        }

        if (offset != upload.OffsetBytes)
        {
            return new StatusCodeResult(StatusCodes.Status409Conflict);
        }

        if (request.ContentLength is null)
        {
            throw CvatException.Rule("A piece needs a Content-Length.");
        }

        if (request.ContentLength > upload.LengthBytes - offset)
        {
            throw CvatException.Detail(ErrorKind.TooLarge, "The chunk goes past the announced length of the file.");
        }

        try
        {
            upload = await uploads.AppendTusAsync(target, upload, request.Body, ct);
        }
        catch (StoreConflictException)
        {
            var now = await uploads.FindTusAsync(target, fileId, userId, ct) ?? throw CvatException.NotFound();
            headers["Upload-Offset"] = Text(now.OffsetBytes);
            return new StatusCodeResult(StatusCodes.Status409Conflict);
        }

        headers["Upload-Offset"] = Text(upload.OffsetBytes);
        headers["Upload-Filename"] = HeaderSafe(upload.Name);
        return new NoContentResult();
    }

    /// <summary>How far an upload has come: 200 with <c>Upload-Offset</c> and <c>Upload-Length</c>.</summary>
    public async Task<IActionResult> HeadAsync(HttpRequest request, string target, int userId, string fileId)
    {
        var upload = await uploads.FindTusAsync(target, fileId, userId, request.HttpContext.RequestAborted) ?? throw CvatException.NotFound();
        var headers = Common(request.HttpContext.Response);
        headers["Upload-Offset"] = Text(upload.OffsetBytes);
        headers["Upload-Length"] = Text(upload.LengthBytes);
        return new OkResult();
    }

    /// <summary>What the server can do: 204.</summary>
    public static IActionResult Options(HttpRequest request)
    {
        Common(request.HttpContext.Response);
        return new NoContentResult();
    }

    private static IHeaderDictionary Common(HttpResponse response)
    {
        var headers = response.Headers;
        headers["Tus-Resumable"] = "1.0.0";
        headers["Tus-Version"] = "1.0.0";
        headers["Tus-Extension"] = "";
        headers["Tus-Max-Size"] = Text(UploadStore.MaxFileBytes);
        headers.CacheControl = "no-store";
        headers.AccessControlExposeHeaders = "Location, Upload-Offset, Upload-Length, Upload-Metadata, Tus-Resumable";
        return headers;
    }

    private static Dictionary<string, string> Metadata(string header)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var space = pair.IndexOf(' ', StringComparison.Ordinal);
            var encoded = space < 0 ? "" : pair[(space + 1)..].Trim();
            var bytes = new byte[encoded.Length];
            values[space < 0 ? pair : pair[..space]] = Convert.TryFromBase64String(encoded, bytes, out var count)
                ? Encoding.UTF8.GetString(bytes, 0, count)
                : throw CvatException.Rule("Upload-Metadata is not base64.");
        }

        return values;
    }

    /// <summary>Header values are ASCII: other characters are percent-encoded.</summary>
    private static string HeaderSafe(string value) => value.All(c => c is >= ' ' and < (char)127) ? value : Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal);

    private static long? Number(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
