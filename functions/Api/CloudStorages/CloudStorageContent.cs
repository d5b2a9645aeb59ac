using System.Globalization;
using CvatServerless.Domain;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Api.Server;
using CvatServerless.Functions.Http;
using CvatServerless.Media.Manifest;
using CvatServerless.Media.Previews;
using CvatServerless.Media.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Looks into buckets: their state, a level of their content, a preview. Source: contract-data.md §5.3, §5.4.</summary>
public sealed class CloudStorageContent(Access access, ICloudStorages storages, PreviewMaker previews, TimeProvider time)
{
    private const int MaxPage = 500;
    private const int MaxStart = 1_000_000;
    private const int PreviewQuality = 75;

    /// <summary><c>AVAILABLE</c>, <c>NOT_FOUND</c> or <c>FORBIDDEN</c>.</summary>
    internal async Task<IActionResult> StatusAsync(HttpRequest req, int id, CancellationToken ct)
    {
        await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.View, ct);
        try
        {
            var status = await (await storages.OpenAsync(id, ct)).CheckAsync(ct);
            return Wire.Json(WordOf(status), WireJson.Default.String);
        }
        catch (CloudStorageException e)
        {
            throw new PlainTextException(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    /// <summary>
    /// What the credentials are for, as one text: the official client takes no list here. Whether a bucket may be written to shows only when it is.
    /// </summary>
    internal async Task<IActionResult> ActionsAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.View, ct);
        return await AskAsync(async stop =>
        {
            await (await storages.OpenAsync(id, stop)).ListAsync(CloudKeys.PrefixOf(found.Storage), recursive: true, 1, null, stop);
            return Wire.Json(found.Storage.CredentialsType == CloudProviders.Anonymous ? "read" : "read,write", WireJson.Default.String);
        }, ct);
    }

    /// <summary>A page of one level, of the bucket or of a manifest in it.</summary>
    internal async Task<IActionResult> ContentAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.View, ct);
        var size = PageSize(req.QueryText("page_size"));
        var level = CloudLevel.Of((req.QueryText("prefix") ?? "").TrimStart('/') is { Length: > 0 } asked ? asked : null, CloudKeys.PrefixOf(found.Storage));
        var token = req.QueryText("next_token");
        if (level.Fixed is { } entries)
        {
            return Write(new(entries, null));
        }

        return await AskAsync(async stop =>
        {
            var bucket = await storages.OpenAsync(id, stop);
            return Write(req.QueryText("manifest_path") is { } manifest
                ? await OfManifestAsync(bucket, Manifest(found.Storage, manifest), level, size, token, stop)
                : await OfBucketAsync(bucket, level, size, token, stop));
        }, ct);
    }

    /// <summary>The first picture of the first manifest that has one, within 256 × 256 pixels.</summary>
    internal async Task<IActionResult> PreviewAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.View, ct);
        if (found.Storage.Manifests.Count == 0)
        {
            throw new PlainTextException(StatusCodes.Status404NotFound, "The cloud storage has no manifest, from which a preview is taken.");
        }

        return await AskAsync(async stop =>
        {
            var bucket = await storages.OpenAsync(id, stop);
            var key = await FirstPictureAsync(bucket, found.Storage, stop) ?? throw CvatException.Text("The manifests of the cloud storage name no picture.", ErrorKind.NotFound);
            await using var picture = await bucket.OpenReadAsync(key, 0, null, null, stop);
            return new FileContentResult(await previews.MakeAsync(key, picture, PreviewQuality, stop), PreviewMaker.ContentType);
        }, ct);
    }

    private static async Task<CloudContentRead> OfBucketAsync(ICloudStorage bucket, CloudLevel level, int size, string? token, CancellationToken ct)
    {
        var page = await bucket.ListAsync(level.Prefix, recursive: false, size, token, ct);
        var folders = page.Folders.Select(folder => FileRead.OfFolder(folder[level.Base.Length..].TrimEnd('/')));
        var files = page.Objects.Select(found => FileRead.OfFile(found.Key[level.Base.Length..]));
        return new([.. folders.Where(folder => folder.Name.Length > 0), .. files], page.Continuation);
    }

    /// <summary>The level as the manifest shows it.</summary>
    private static async Task<CloudContentRead> OfManifestAsync(ICloudStorage bucket, string manifest, CloudLevel level, int size, string? token, CancellationToken ct)
    {
        if (!int.TryParse(token ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var start) || start > MaxStart)
        {
            throw new PlainTextException(StatusCodes.Status400BadRequest, "Wrong value for the next_token parameter was found.");
        }

        var (entries, hasMore) = await CloudManifestPage.ReadAsync(bucket, manifest, level, start, size, ct);
        return new(entries, hasMore ? (start + size).ToString(CultureInfo.InvariantCulture) : null);
    }

    private static string Manifest(CloudStorage storage, string key) => CloudKeys.IsManifest(storage, key)
        ? key
        : throw CvatException.Text("manifest_path must be the key of an object, one of the storage's manifests or within its prefix, without leading slash and '..'.");

    private static async Task<string?> FirstPictureAsync(ICloudStorage bucket, CloudStorage storage, CancellationToken ct)
    {
        foreach (var manifest in storage.Manifests)
        {
            await using var stream = await bucket.OpenReadAsync(manifest, 0, null, null, ct);
            await foreach (var entry in ManifestReader.ReadImagesAsync(manifest, stream, ct))
            {
                if (entry is not null && MediaTypes.FromName(entry.FileName) == MediaKind.Image && CloudKeys.FolderOf(manifest) + entry.FileName is var key && CloudKeys.IsWithin(storage, key))
                {
                    return key;
                }
            }
        }

        return null;
    }

    /// <summary>Asks with patience that ends; troubles of the bucket become JSON strings with their status.</summary>
    private async Task<IActionResult> AskAsync(Func<CancellationToken, Task<IActionResult>> ask, CancellationToken ct)
    {
        try
        {
            return await CloudPatience.RunAsync(CloudPatience.Call, time, ask, ct);
        }
        catch (CloudStorageException e)
        {
            throw CvatException.Text(e.Message, e.Failure switch
            {
                CloudStorageFailure.Forbidden => ErrorKind.Forbidden,
                CloudStorageFailure.NotFound => ErrorKind.NotFound,
                _ => ErrorKind.Invalid,
            });
        }
        catch (MediaException e)
        {
            throw CvatException.Text(e.Message);
        }
    }

    private static int PageSize(string? text)
    {
        if (text is null)
        {
            return MaxPage;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? Math.Min(size, MaxPage)
            : throw new PlainTextException(StatusCodes.Status400BadRequest, "Wrong value for page_size was found.");
    }

    private static string WordOf(CloudStorageStatus status) => status switch
    {
        CloudStorageStatus.Available => "AVAILABLE",
        CloudStorageStatus.Forbidden => "FORBIDDEN",
        _ => "NOT_FOUND",
    };

    private static IActionResult Write(CloudContentRead content) => Wire.Json(content, WireJson.Default.CloudContentRead);
}
