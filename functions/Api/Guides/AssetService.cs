using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using CvatServerless.Media.Images;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CvatServerless.Functions.Api.Guides;

/// <summary>The files of guides.</summary>
public sealed class AssetService(IWorkspaces workspaces, ILocators locators, IBlobStore blobs, Access access, ImageScaler scaler, UserService users, TimeProvider time)
{
    private const int MaxPerGuide = 30;
    private const int MaxSidePixels = 1920;
    private const string Types = "image/jpeg, image/png, image/webp, image/gif, application/pdf";

    /// <summary>Stores a file: its content first, so that a crash leaves no asset without one.</summary>
    /// <exception cref="CvatException">400: too large, too many, or of another type.</exception>
    internal async Task<AssetRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var form = await AssetForm.ReadAsync(req, ct);
        var guide = await access.GuideAsync(actor, form.GuideId, GuidePolicy.Update, ct);
        await RequireRoomAsync(guide, ct);
        var contentType = AssetContent.TypeOf(form.Content.Span) ?? throw CvatException.Rule($"File is not supported as an asset. Supported are {Types}");
        var content = AssetContent.IsScaled(contentType) ? await FitAsync(form, ct) : form.Content;
        var asset = new Asset
        {
            Id = Guid.NewGuid(),
            GuideId = guide.Guide.Id,
            FileName = form.FileName,
            ContentType = contentType,
            OwnerId = actor.UserId,
            CreatedDate = time.GetUtcNow(),
        };
        await blobs.WriteAsync(asset.BlobName, async (stream, token) => await stream.WriteAsync(content, token), BlobCondition.Absent, ct);
        await locators.AddAsync(guide.Workspace, Asset.Kind, [asset.Key], ct);
        await workspaces.CommitAsync(guide.Workspace, new ChangeSet(actor.UserId).Create(asset), ct);
        return AssetRead.Of(asset, await users.DirectoryAsync(req, ct));
    }

    /// <summary>The file. Whatever it holds, a browser neither guesses another type nor runs anything of it on this origin.</summary>
    internal async Task<IActionResult> ReadAsync(HttpRequest req, Guid id, CancellationToken ct)
    {
        var (guide, asset) = await access.AssetAsync(req.Actor(), id, GuidePolicy.View, ct);
        var blob = await blobs.FindAsync(asset.BlobName, ct) ?? throw CvatException.NotFound("No Asset matches the given query.");
        var disposition = new ContentDispositionHeaderValue(asset.ContentType == AssetContent.Pdf ? "attachment" : "inline");
        disposition.SetHttpFileName(asset.FileName);
        return new BlobResult(blobs, blob, asset.ContentType)
        {
            Headers = new Dictionary<string, string>
            {
                [HeaderNames.ContentDisposition] = disposition.ToString(),
                [HeaderNames.XContentTypeOptions] = "nosniff",
                [HeaderNames.ContentSecurityPolicy] = "default-src 'none'; sandbox",
                [HeaderNames.CacheControl] = guide.Guide.IsPublic ? "public, max-age=86400" : "private, max-age=86400",
            },
        };
    }

    /// <summary>Removes a file.</summary>
    internal async Task DeleteAsync(HttpRequest req, Guid id, CancellationToken ct)
    {
        var (guide, asset) = await access.AssetAsync(req.Actor(), id, GuidePolicy.Update, ct);
        await workspaces.DeleteAllAsync<Asset>(guide.Workspace, req.Actor().UserId, [asset.Key], ct);
        await blobs.DeleteAsync(asset.BlobName, ct);
    }

    private async Task<ReadOnlyMemory<byte>> FitAsync(AssetForm form, CancellationToken ct)
    {
        try
        {
            return await scaler.FitAsync(form.FileName, form.Content, MaxSidePixels, ct);
        }
        catch (MediaException e)
        {
            throw CvatException.Rule(e.Message);
        }
    }

    private async Task RequireRoomAsync(FoundGuide guide, CancellationToken ct)
    {
        if (await workspaces.ReadAsync(guide.Workspace, view => view.Children<Asset>(Guide.Kind, guide.Guide.Key).Count, ct) >= MaxPerGuide)
        {
            throw CvatException.Rule($"Maximum number of assets per guide reached ({MaxPerGuide})");
        }
    }
}
