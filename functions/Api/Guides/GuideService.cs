using System.Text.RegularExpressions;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Guides;

/// <summary>Guides. A save removes the guide's assets that its text no longer refers to.</summary>
public sealed partial class GuideService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, IBlobStore blobs, Access access, DeleteGuides deleteGuides, TimeProvider time)
{
    /// <summary>Characters of a guide: two versions of it must fit into one row of the change log.</summary>
    private const int MaxLength = 200_000;

    /// <summary>One guide.</summary>
    internal async Task<GuideRead> ReadAsync(HttpRequest req, int id, CancellationToken ct) =>
        GuideRead.Of((await access.GuideAsync(req.Actor(), id, GuidePolicy.View, ct)).Guide);

    /// <summary>Writes a guide for a project or a task that has none.</summary>
    internal async Task<GuideRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var (project, task) = (fields.Int("project_id").Value, fields.Int("task_id").Value);
        fields.Errors.ThrowIfAny();
        if (project is null == task is null)
        {
            throw CvatException.Rule(project is null ? "One of project_id or task_id must be specified" : "Both project_id and task_id must not be specified");
        }

        var workspace = await access.GuideTargetAsync(actor, req.Scope(), project, task, ct);
        var write = Read(fields, actor);
        await RequireOwnAssetsAsync(workspace, null, References(write.Markdown.Or("")!), ct);
        var now = time.GetUtcNow();
        var guide = new Guide
        {
            Id = await sequences.NextAsync(Guide.Kind, 1, ct),
            ProjectId = project,
            TaskId = task,
            Markdown = write.Markdown.Or("")!,
            IsPublic = write.IsPublic.Value,
            CreatedDate = now,
            UpdatedDate = now,
        };
        await locators.AddAsync(workspace, Guide.Kind, [guide.Key], ct);
        await ConflictRetry.RunAsync(() => project is { } projectId
            ? CreateAsync<Project>(workspace, guide, Project.Kind, EntityKey.Of(projectId), target => target with { UpdatedDate = now }, actor, ct)
            : CreateAsync<AnnotationTask>(workspace, guide, AnnotationTask.Kind, EntityKey.Of(task!.Value), target => target with { UpdatedDate = now }, actor, ct));
        return GuideRead.Of(guide);
    }

    /// <summary>Changes the text.</summary>
    internal async Task<GuideRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await access.GuideAsync(actor, id, GuidePolicy.Update, ct);
        var write = Read(await Wire.FieldsAsync(req, partial: true, ct), actor);
        var (guide, removed) = await ConflictRetry.RunAsync(() => TryUpdateAsync(found, write, actor, ct));
        foreach (var asset in removed)
        {
            await blobs.DeleteAsync(asset.BlobName, ct);
        }

        return GuideRead.Of(guide);
    }

    /// <summary>Deletes a guide with its assets.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.GuideAsync(req.Actor(), id, GuidePolicy.Delete, ct);
        await deleteGuides.RunAsync(found.Workspace, found.Guide.Key, req.Actor().UserId, ct);
    }

    /// <summary>The ids of the assets that a text refers to.</summary>
    internal static IReadOnlySet<Guid> References(string markdown) => Reference().Matches(markdown).Select(match => Guid.Parse(match.Groups[1].ValueSpan)).ToHashSet();

    private static (Optional<string> Markdown, Optional<bool> IsPublic) Read(FieldReader fields, Actor actor)
    {
        var markdown = fields.Text("markdown", MaxLength, allowBlank: true, trim: false);
        var isPublic = actor.IsAdmin ? fields.Bool("is_public") : default;
        fields.Errors.ThrowIfAny();
        return (markdown, isPublic);
    }

    /// <summary>The target is written in the same transaction: of two guides for it, one finds that it has changed.</summary>
    private async Task<bool> CreateAsync<TTarget>(
        WorkspaceId workspace, Guide guide, string targetKind, string targetKey, Func<TTarget, TTarget> touch, Actor actor, CancellationToken ct)
        where TTarget : class, IWorkspaceEntity<TTarget>
    {
        var target = await workspaces.FindAsync<TTarget>(workspace, targetKey, ct) ?? throw CvatException.NotFound();
        if (await workspaces.ReadAsync(workspace, view => view.Children<Guide>(targetKind, targetKey).Count > 0, ct))
        {
            throw CvatException.Rule($"The {targetKind} has a guide already.");
        }

        await workspaces.CommitAsync(workspace, new ChangeSet(actor.UserId).Create(guide).Update(target, touch(target.Value)), ct);
        return true;
    }

    private async Task<(Guide Guide, List<Asset> Removed)> TryUpdateAsync(FoundGuide found, (Optional<string> Markdown, Optional<bool> IsPublic) write, Actor actor, CancellationToken ct)
    {
        var read = await workspaces.FindAsync<Guide>(found.Workspace, found.Guide.Key, ct) ?? throw CvatException.NotFound();
        var guide = read.Value with
        {
            Markdown = write.Markdown.Or(read.Value.Markdown)!,
            IsPublic = write.IsPublic.Or(read.Value.IsPublic),
            UpdatedDate = time.GetUtcNow(),
        };
        var changes = new ChangeSet(actor.UserId).Update(read, guide);
        var removed = write.Markdown.IsSet ? await RemoveUnusedAsync(found.Workspace, guide, changes, ct) : [];
        await workspaces.CommitAsync(found.Workspace, changes, ct);
        return (guide, removed);
    }

    private async Task<List<Asset>> RemoveUnusedAsync(WorkspaceId workspace, Guide guide, ChangeSet changes, CancellationToken ct)
    {
        var references = References(guide.Markdown);
        await RequireOwnAssetsAsync(workspace, guide.Id, references, ct);
        var removed = new List<Asset>();
        foreach (var asset in await workspaces.ReadAsync(workspace, view => view.Children<Asset>(Guide.Kind, guide.Key).ToList(), ct))
        {
            if (!references.Contains(asset.Id) && changes.Changes.Count < ChangeSet.MaxEntities && await workspaces.FindAsync<Asset>(workspace, asset.Key, ct) is { } unused)
            {
                changes.Delete(unused);
                removed.Add(asset);
            }
        }

        return removed;
    }

    private async Task RequireOwnAssetsAsync(WorkspaceId workspace, int? guideId, IReadOnlySet<Guid> references, CancellationToken ct)
    {
        var foreign = await workspaces.ReadAsync(
            workspace, view => references.Select(id => view.Find<Asset>(Asset.KeyOf(id))).FirstOrDefault(asset => asset is not null && asset.GuideId != guideId), ct);
        if (foreign is not null)
        {
            throw CvatException.Rule($"The asset {foreign.Id} belongs to another guide.");
        }
    }

    [GeneratedRegex(@"\(/api/assets/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)")]
    private static partial Regex Reference();
}
