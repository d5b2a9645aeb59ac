using System.Globalization;
using System.Text;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CvatServerless.Functions.Api.Guides;

/// <summary>An uploaded asset: a form with the guide's id and one file of at most <see cref="MaxBytes"/>, which is read into memory.</summary>
internal sealed record AssetForm(int GuideId, string FileName, ReadOnlyMemory<byte> Content)
{
    /// <summary>The largest file.</summary>
    public const int MaxBytes = 10 << 20;

    private const int MaxNameLength = 1024;

    /// <summary>Reads the form, whatever the order of its fields.</summary>
    /// <exception cref="CvatException">415, 400.</exception>
    public static async Task<AssetForm> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw CvatException.Detail(ErrorKind.UnsupportedMediaType, $"Unsupported media type \"{request.ContentType}\" in request.");
        }

        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            throw CvatException.Detail(ErrorKind.Invalid, "Multipart form parse error - Invalid boundary in multipart: None");
        }

        try
        {
            return await ReadAsync(new MultipartReader(boundary.ToString(), request.Body), ct);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !ct.IsCancellationRequested)
        {
            throw new CvatException(ErrorKind.Invalid, new DetailBody("Multipart form parse error - the body ends early or is not multipart."), e);
        }
    }

    private static async Task<AssetForm> ReadAsync(MultipartReader reader, CancellationToken ct)
    {
        string? guide = null;
        (string Name, ReadOnlyMemory<byte> Content)? file = null;
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            switch (HeaderUtilities.RemoveQuotes(disposition.Name).ToString())
            {
                case "guide_id" when !disposition.IsFileDisposition():
                    guide = Encoding.UTF8.GetString((await BytesAsync(section.Body, 64, ct)).Span).Trim();
                    break;
                case "file" when disposition.IsFileDisposition():
                    file = (NameOf(disposition), await BytesAsync(section.Body, MaxBytes, ct));
                    break;
                default:
                    break;
            }
        }

        return Checked(guide, file);
    }

    private static AssetForm Checked(string? guide, (string Name, ReadOnlyMemory<byte> Content)? file)
    {
        var errors = new FieldErrors();
        if (guide is null)
        {
            errors.Add("guide_id", "This field is required.");
        }

        if (!int.TryParse(guide, NumberStyles.None, CultureInfo.InvariantCulture, out var guideId) && guide is not null)
        {
            errors.Add("guide_id", "A valid integer is required.");
        }

        if (file is null)
        {
            errors.Add("file", "No file was submitted.");
        }
        else if (file.Value.Content.IsEmpty)
        {
            errors.Add("file", "The submitted file is empty.");
        }

        errors.ThrowIfAny();
        return new(guideId, file!.Value.Name, file.Value.Content);
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(Stream body, int limit, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, ct)) > 0)
        {
            if (bytes.Length + read > limit)
            {
                throw CvatException.Rule($"Maximum size of asset is {MaxBytes >> 20} MB");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    /// <summary>The name without folders and control characters; a browser may send what it likes.</summary>
    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).ToString();
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        name = string.Concat(name.Where(c => !char.IsControl(c))).Trim();
        return name.Length switch { 0 => "file", > MaxNameLength => name[..MaxNameLength], _ => name };
    }
}
