using CvatServerless.Domain.Guides;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.Guides;

/// <summary>Schema <c>AnnotationGuideRead</c>.</summary>
internal sealed record GuideRead(int Id, int? TaskId, int? ProjectId, DateTimeOffset CreatedDate, DateTimeOffset UpdatedDate, string Markdown)
{
    /// <summary>A guide as clients see it.</summary>
    public static GuideRead Of(Guide guide) => new(guide.Id, guide.TaskId, guide.ProjectId, guide.CreatedDate, guide.UpdatedDate, guide.Markdown);
}

/// <summary>Schema <c>AssetRead</c>.</summary>
internal sealed record AssetRead(Guid Uuid, string Filename, DateTimeOffset CreatedDate, BasicUserRead? Owner, int GuideId)
{
    /// <summary>An asset as clients see it.</summary>
    public static AssetRead Of(Asset asset, UserDirectory users) => new(asset.Id, asset.FileName, asset.CreatedDate, users.Basic(asset.OwnerId), asset.GuideId);
}
