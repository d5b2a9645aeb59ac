using System.Runtime.CompilerServices;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CvatServerless.Functions.Http;

/// <summary>A part of a form; its body must be read before the next one.</summary>
internal sealed record FormPart(string Name, ContentDispositionHeaderValue Disposition, Stream Body)
{
    /// <summary>The whole body.</summary>
    /// <exception cref="CvatException">What <paramref name="tooLarge"/> makes, where it is longer than <paramref name="limit"/> bytes.</exception>
    public async Task<ReadOnlyMemory<byte>> BytesAsync(int limit, Func<CvatException> tooLarge, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await ReadAsync(buffer, ct)) > 0)
        {
            if (bytes.Length + read > limit)
            {
                throw tooLarge();
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private async Task<int> ReadAsync(byte[] buffer, CancellationToken ct)
    {
        try
        {
            return await Body.ReadAsync(buffer, ct);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !ct.IsCancellationRequested)
        {
            throw MultipartSections.Broken(e);
        }
    }
}

/// <summary>Small forms (<c>multipart/form-data</c>) whose fields come in any order.</summary>
internal static class MultipartSections
{
    private const string Type = "multipart/form-data";

    /// <summary>Whether the body is such a form.</summary>
    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(Type, StringComparison.OrdinalIgnoreCase);

    /// <summary>The named parts in order.</summary>
    /// <exception cref="CvatException">415: it is no form; 400: it ends early.</exception>
    public static async IAsyncEnumerable<FormPart> ReadAsync(HttpRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!IsForm(request) || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw CvatException.Detail(ErrorKind.UnsupportedMediaType, $"Unsupported media type \"{request.ContentType}\" in request.");
        }

        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            throw CvatException.Detail(ErrorKind.Invalid, "Multipart form parse error - Invalid boundary in multipart: None");
        }

        var reader = new MultipartReader(boundary.ToString(), request.Body);
        while (await NextAsync(reader, ct) is { } section)
        {
            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                yield return new(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), disposition, section.Body);
            }
        }
    }

    /// <summary>What a broken form is answered with.</summary>
    public static CvatException Broken(Exception cause) =>
        new(ErrorKind.Invalid, new DetailBody("Multipart form parse error - the body ends early or is not multipart."), cause);

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadNextSectionAsync(ct);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !ct.IsCancellationRequested)
        {
            throw Broken(e);
        }
    }
}
