using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CvatServerless.Functions.Uploads;

/// <summary>
/// Reads a multipart body part by part: files go to the <see cref="UploadStore"/> as they arrive, fields become one JSON object
/// (<c>name[i]</c> an array, <c>a.b</c> an object). Source: contract-data.md §1.2.
/// </summary>
public sealed partial class MultipartUploads(UploadStore uploads)
{
    private const int MaxFieldBytes = 64 * 1024;
    private const int MaxFieldsBytes = 8 << 20;
    private const int MaxItems = 200_000;

    /// <summary>Whether the body is <c>multipart/form-data</c>.</summary>
    public static bool IsMultipart(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Stores the files whose field is <paramref name="fileField"/> (with <c>[i]</c> where <paramref name="indexed"/>) and returns the fields.</summary>
    /// <exception cref="CvatException">400: it is not multipart, has a name that can't be used, or the same name twice; no file of the call stays.</exception>
    public async Task<(JsonObject Fields, IReadOnlyList<UploadedFile> Files)> ReadAsync(HttpRequest request, string target, string fileField, bool indexed)
    {
        var ct = request.HttpContext.RequestAborted;
        var reader = new MultipartReader(Boundary(request), request.Body) { HeadersLengthLimit = 16 * 1024 };
        var fields = new JsonObject();
        var files = new List<UploadedFile>();
        var known = new HashSet<string>((await uploads.ListAsync(target, ct)).Select(file => file.Name), StringComparer.Ordinal);
        var batch = uploads.NewBatch();
        var fieldBytes = 0;
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    continue;
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (!disposition.IsFileDisposition())
                {
                    fieldBytes += await FieldAsync(section, name, fields, MaxFieldsBytes - fieldBytes, ct);
                }
                else if (FileIndex(name, fileField, indexed) is { } index)
                {
                    var fileName = NameOf(disposition);
                    if (!known.Add(fileName))
                    {
                        throw CvatException.Rule($"The file '{fileName}' is uploaded twice.");
                    }

                    files.Add(await uploads.SaveAsync(target, batch, index, fileName, section.Body, ct));
                }
            }
        }
        catch (Exception e)
        {
            foreach (var file in files)
            {
                await uploads.DeleteAsync(file, CancellationToken.None);
            }

            // A full disk is another exception of the store's; what is left of these two comes from the body.
            if (e is InvalidDataException or IOException && !ct.IsCancellationRequested)
            {
                throw new CvatException(ErrorKind.Invalid, new DetailBody("Multipart form parse error - the body ends early or is not multipart."), e);
            }

            throw;
        }

        return (fields, files);
    }

    private static string Boundary(HttpRequest request)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 200 } boundary)
        {
            return boundary.ToString();
        }

        throw CvatException.Detail(ErrorKind.Invalid, "Multipart form parse error - Invalid boundary in multipart: None");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition) => UploadName.Base(
        disposition.FileNameStar.HasValue ? disposition.FileNameStar.ToString() : Unquote(HeaderUtilities.RemoveQuotes(disposition.FileName).ToString()));

    // Clients send the backslashes of Windows paths as they are: only an escaped quote is an escape.
    private static string Unquote(string name) => name.Replace("\\\"", "\"", StringComparison.Ordinal);

    private static int? FileIndex(string name, string fileField, bool indexed)
    {
        if (!indexed)
        {
            return name == fileField ? 0 : null;
        }

        var match = IndexedName().Match(name);
        return match.Success && match.Groups[1].Value == fileField ? int.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static async Task<int> FieldAsync(MultipartSection section, string name, JsonObject fields, int room, CancellationToken ct)
    {
        var buffer = new byte[Math.Min(MaxFieldBytes, room) + 1];
        var length = await section.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        if (length == buffer.Length)
        {
            throw CvatException.Detail(ErrorKind.TooLarge, "The form's fields are too long.");
        }

        Set(fields, name, System.Text.Encoding.UTF8.GetString(buffer, 0, length));
        return length;
    }

    private static void Set(JsonObject fields, string name, string value)
    {
        var match = IndexedName().Match(name);
        if (match.Success && int.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) is < MaxItems and var index)
        {
            var array = Nested(match.Groups[1].Value, () => new JsonArray());
            while (array.Count <= index)
            {
                array.Add((JsonNode?)null);
            }

            array[index] = value;
        }
        else if (name is "server_files_exclude" or "upload_file_order")
        {
            Nested(name, () => new JsonArray()).Add((JsonNode?)value);
        }
        else if (name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
        {
            Nested(name[..dot], () => new JsonObject())[name[(dot + 1)..]] = value;
        }
        else
        {
            fields[name] = value;
        }

        TNode Nested<TNode>(string key, Func<TNode> create)
            where TNode : JsonNode
        {
            if (fields[key] is not TNode node)
            {
                fields[key] = node = create();
            }

            return node;
        }
    }

    [GeneratedRegex(@"^([a-z_]+)\[([0-9]{1,6})\]$")]
    private static partial Regex IndexedName();
}
