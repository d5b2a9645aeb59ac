using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>Issues.</summary>
public sealed class IssueService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, Lists lists, Access access, Assignments assignments, UserService users, DeleteIssues deleteIssues, TimeProvider time)
{
    /// <summary>A page of the issues that the actor may see.</summary>
    internal async Task<Page<IssueRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(IssueFields.Issues).And(IssuePolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (view, row) => IssueMapping.ToRead(view, row.Issue, directory), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<IssueRow> rows)
        {
            var context = new RowContext(workspace, view, directory);
            foreach (var issue in view.All<Issue>())
            {
                if (IssueRow.Of(context, issue) is { } row)
                {
                    rows.Offer(row);
                }
            }
        }
    }

    /// <summary>One issue.</summary>
    internal async Task<IssueRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.IssueAsync(req.Actor(), id, IssuePolicy.View, ct);
        return await MapAsync(req, found.Workspace, found.Issue, ct);
    }

    /// <summary>Raises an issue with its first comment.</summary>
    internal async Task<IssueRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var job = fields.Raw("job") is { ValueKind: System.Text.Json.JsonValueKind.Number } raw && raw.TryGetInt32(out var jobId) ? await access.FindJobAsync(jobId, ct) : null;
        if (job is not null)
        {
            IssuePolicy.Table.CheckNew(actor, IssuePolicy.Create, req.Scope(), job.Facts);
        }

        var write = IssueRules.ReadNew(fields);
        if (job is null)
        {
            throw CvatException.Rule("Job matching query does not exist.");
        }

        await assignments.CheckAsync(actor, job.Workspace, write.Assignee.Value, ct);
        var now = time.GetUtcNow();
        var issue = new Issue
        {
            Id = await sequences.NextAsync(Issue.Kind, 1, ct),
            JobId = job.Job.Id,
            Frame = write.Frame.Value!.Value,
            Position = write.Position!,
            OwnerId = actor.UserId,
            AssigneeId = write.Assignee.Value,
            Resolved = write.Resolved.Value,
            CreatedDate = now,
            UpdatedDate = now,
        };
        var comment = new Comment
        {
            Id = await sequences.NextAsync(Comment.Kind, 1, ct),
            IssueId = issue.Id,
            OwnerId = actor.UserId,
            Message = write.Message.Value!,
            CreatedDate = now,
            UpdatedDate = now,
        };
        await assignments.AdmitAsync(job.Workspace, issue.AssigneeId, ct);
        await locators.AddAsync(job.Workspace, Issue.Kind, [issue.Key], ct);
        await locators.AddAsync(job.Workspace, Comment.Kind, [comment.Key], ct);
        await workspaces.CommitAsync(job.Workspace, new ChangeSet(actor.UserId).Create(issue).Create(comment), ct);
        return await MapAsync(req, job.Workspace, issue, ct);
    }

    /// <summary>Changes position, assignee or resolution.</summary>
    internal async Task<IssueRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await access.IssueAsync(actor, id, IssuePolicy.Update, ct);
        var write = IssueRules.ReadChange(await Wire.FieldsAsync(req, partial: true, ct));
        await assignments.CheckAsync(actor, found.Workspace, write.Assignee.Value, ct);
        await assignments.AdmitAsync(found.Workspace, write.Assignee.Value, ct);
        var now = time.GetUtcNow();
        var issue = await workspaces.UpdateAsync<Issue>(
            found.Workspace,
            found.Issue.Key,
            actor.UserId,
            old => old with
            {
                Position = write.Position ?? old.Position,
                AssigneeId = write.Assignee.Or(old.AssigneeId),
                Resolved = write.Resolved.Or(old.Resolved),
                UpdatedDate = now,
            },
            ct);
        return await MapAsync(req, found.Workspace, issue ?? throw CvatException.NotFound(), ct);
    }

    /// <summary>Deletes an issue with its comments.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.IssueAsync(req.Actor(), id, IssuePolicy.Delete, ct);
        await deleteIssues.RunAsync(found.Workspace, found.Issue, req.Actor().UserId, ct);
    }

    private async Task<IssueRead> MapAsync(HttpRequest req, WorkspaceId workspace, Issue issue, CancellationToken ct)
    {
        var directory = await users.DirectoryAsync(req, ct);
        return await workspaces.ReadAsync(workspace, view => IssueMapping.ToRead(view, issue, directory), ct);
    }
}
