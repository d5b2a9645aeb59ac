using System.Globalization;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
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
        string? guide = null;
        (string Name, ReadOnlyMemory<byte> Content)? file = null;
        await foreach (var part in MultipartSections.ReadAsync(request, ct))
        {
            switch (part.Name)
            {
                case "guide_id" when !part.Disposition.IsFileDisposition():
                    guide = Encoding.UTF8.GetString((await part.BytesAsync(64, TooLarge, ct)).Span).Trim();
                    break;
                case "file" when part.Disposition.IsFileDisposition():
                    file = (NameOf(part.Disposition), await part.BytesAsync(MaxBytes, TooLarge, ct));
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

    private static CvatException TooLarge() => CvatException.Rule($"Maximum size of asset is {MaxBytes >> 20} MB");

    /// <summary>The name without folders and control characters; a browser may send what it likes.</summary>
    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).ToString();
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        name = string.Concat(name.Where(c => !char.IsControl(c))).Trim();
        return name.Length switch { 0 => "file", > MaxNameLength => name[..MaxNameLength], _ => name };
    }
}
