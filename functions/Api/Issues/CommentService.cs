using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>Comments.</summary>
public sealed class CommentService(IWorkspaces workspaces, ISequences sequences, ILocators locators, Lists lists, Access access, UserService users, TimeProvider time)
{
    /// <summary>A page of the comments that the actor may see.</summary>
    internal async Task<Page<CommentRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(IssueFields.Comments).And(CommentPolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (_, row) => IssueMapping.ToRead(row.Comment, directory), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<CommentRow> rows)
        {
            var context = new RowContext(workspace, view, directory);
            foreach (var comment in view.All<Comment>())
            {
                if (view.Find<Issue>(EntityKey.Of(comment.IssueId)) is { } issue && IssueRow.Of(context, issue) is { } row)
                {
                    rows.Offer(new(comment, row));
                }
            }
        }
    }

    /// <summary>One comment.</summary>
    internal async Task<CommentRead> ReadAsync(HttpRequest req, int id, CancellationToken ct) =>
        IssueMapping.ToRead((await access.CommentAsync(req.Actor(), id, CommentPolicy.View, ct)).Comment, await users.DirectoryAsync(req, ct));

    /// <summary>Writes a comment.</summary>
    internal async Task<CommentRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var found = fields.Raw("issue") is { ValueKind: System.Text.Json.JsonValueKind.Number } raw && raw.TryGetInt32(out var issueId) ? await access.FindIssueAsync(issueId, ct) : null;
        if (found is not null)
        {
            CommentPolicy.Table.CheckNew(actor, CommentPolicy.Create, req.Scope(), found.Facts);
        }

        fields.Int("issue", required: true, allowNull: false);
        var message = fields.Text("message", IssueRules.MaxMessageLength, required: true);
        fields.Errors.ThrowIfAny();
        if (found is null)
        {
            throw CvatException.Rule("Issue matching query does not exist.");
        }

        var now = time.GetUtcNow();
        var comment = new Comment
        {
            Id = await sequences.NextAsync(Comment.Kind, 1, ct),
            IssueId = found.Issue.Id,
            OwnerId = actor.UserId,
            Message = message.Value!,
            CreatedDate = now,
            UpdatedDate = now,
        };
        await locators.AddAsync(found.Workspace, Comment.Kind, [comment.Key], ct);
        await workspaces.CommitAsync(found.Workspace, new ChangeSet(actor.UserId).Create(comment), ct);
        return IssueMapping.ToRead(comment, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Changes the text.</summary>
    internal async Task<CommentRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CommentAsync(req.Actor(), id, CommentPolicy.Update, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        var message = fields.Text("message", IssueRules.MaxMessageLength);
        fields.Errors.ThrowIfAny();
        var now = time.GetUtcNow();
        var comment = await workspaces.UpdateAsync<Comment>(
            found.Workspace, found.Comment.Key, req.Actor().UserId, old => old with { Message = message.Or(old.Message)!, UpdatedDate = now }, ct);
        return IssueMapping.ToRead(comment ?? throw CvatException.NotFound(), await users.DirectoryAsync(req, ct));
    }

    /// <summary>Deletes a comment.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CommentAsync(req.Actor(), id, CommentPolicy.Delete, ct);
        await workspaces.DeleteAllAsync<Comment>(found.Workspace, req.Actor().UserId, [found.Comment.Key], ct);
    }
}
