using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>An issue with what it hangs on, where they live.</summary>
public sealed record FoundIssue(WorkspaceId Workspace, Issue Issue, Job Job, AnnotationTask Task, Project? Project)
{
    /// <summary>Its people.</summary>
    public StaffFacts Facts => IssuePolicy.Facts(Issue, Job, Task, Project) with { Members = Members };

    /// <summary>The members of the workspace.</summary>
    public required Members Members { get; init; }
}

/// <summary>A comment with its issue.</summary>
public sealed record FoundComment(FoundIssue Parent, Comment Comment)
{
    /// <summary>Where they live.</summary>
    public WorkspaceId Workspace => Parent.Workspace;

    /// <summary>Its people.</summary>
    public StaffFacts Facts => CommentPolicy.Facts(Comment, Parent.Issue, Parent.Job, Parent.Task, Parent.Project) with { Members = Parent.Members };
}

/// <content>Issues and comments.</content>
public sealed partial class Access
{
    /// <summary>An issue; <paramref name="action"/> is a constant of <see cref="IssuePolicy"/>.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    public async Task<FoundIssue> IssueAsync(Actor actor, int id, string? action, CancellationToken ct)
    {
        var found = await FindIssueAsync(id, ct) ?? throw CvatException.NotFound("No Issue matches the given query.");
        Check(IssuePolicy.Table, actor, action, found.Facts);
        return found;
    }

    /// <summary>A comment; <paramref name="action"/> is a constant of <see cref="CommentPolicy"/>.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    public async Task<FoundComment> CommentAsync(Actor actor, int id, string? action, CancellationToken ct)
    {
        var found = await FindCommentAsync(id, ct) ?? throw CvatException.NotFound("No Comment matches the given query.");
        Check(CommentPolicy.Table, actor, action, found.Facts);
        return found;
    }

    /// <summary>An issue without any check, or null.</summary>
    public Task<FoundIssue?> FindIssueAsync(int id, CancellationToken ct) => FindAsync(Issue.Kind, EntityKey.Of(id), (workspace, view) => FindIssue(workspace, view, id), ct);

    /// <summary>A comment without any check, or null.</summary>
    public Task<FoundComment?> FindCommentAsync(int id, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        return FindAsync(
            Comment.Kind,
            key,
            (workspace, view) => view.Find<Comment>(key) is { } comment && FindIssue(workspace, view, comment.IssueId) is { } issue ? new FoundComment(issue, comment) : null,
            ct);
    }

    private static FoundIssue? FindIssue(WorkspaceId workspace, IWorkspaceView view, int id) =>
        view.Find<Issue>(EntityKey.Of(id)) is { } issue && view.Find<Job>(EntityKey.Of(issue.JobId)) is { } job && view.Task(job.TaskId) is { } task
            ? new(workspace, issue, job, task, view.ProjectOf(task)) { Members = Members.Of(workspace, view) }
            : null;
}
