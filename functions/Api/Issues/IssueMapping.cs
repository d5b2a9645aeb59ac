using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>Issues and comments as clients see them.</summary>
internal static class IssueMapping
{
    /// <summary>The whole issue.</summary>
    public static IssueRead ToRead(IWorkspaceView view, Issue issue, UserDirectory users) => new()
    {
        Id = issue.Id,
        Frame = issue.Frame,
        Position = issue.Position,
        Job = issue.JobId,
        Owner = users.Basic(issue.OwnerId),
        Assignee = users.Basic(issue.AssigneeId),
        CreatedDate = issue.CreatedDate,
        UpdatedDate = issue.UpdatedDate,
        Resolved = issue.Resolved,
        Comments = new(view.Children<Comment>(Issue.Kind, issue.Key).Count, $"{users.BaseUrl}/api/comments?issue_id={issue.Id}"),
    };

    /// <summary>The whole comment.</summary>
    public static CommentRead ToRead(Comment comment, UserDirectory users) => new()
    {
        Id = comment.Id,
        Issue = comment.IssueId,
        Owner = users.Basic(comment.OwnerId),
        Message = comment.Message,
        CreatedDate = comment.CreatedDate,
        UpdatedDate = comment.UpdatedDate,
    };
}
