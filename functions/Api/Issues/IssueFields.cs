using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>An issue in a list, with what it hangs on.</summary>
internal sealed record IssueRow(RowContext Context, Issue Issue, Job Job, AnnotationTask Task, Project? Project) : IListRow
{
    public WorkspaceId Workspace => Context.Workspace;

    public StaffFacts Facts => IssuePolicy.Facts(Issue, Job, Task, Project);

    /// <summary>The row of an issue; null where its job or task is gone.</summary>
    public static IssueRow? Of(RowContext context, Issue issue)
    {
        var view = context.View;
        return view.Find<Job>(EntityKey.Of(issue.JobId)) is { } job && view.Task(job.TaskId) is { } task ? new(context, issue, job, task, view.ProjectOf(task)) : null;
    }
}

/// <summary>A comment in a list, with its issue.</summary>
internal sealed record CommentRow(Comment Comment, IssueRow Issue) : IListRow
{
    public WorkspaceId Workspace => Issue.Workspace;

    public StaffFacts Facts => CommentPolicy.Facts(Comment, Issue.Issue, Issue.Job, Issue.Task, Issue.Project);
}

/// <summary>What the lists of issues and comments can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class IssueFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;
    private const FieldUses Text = Simple | FieldUses.Search;

    public static readonly FieldSet<IssueRow> Issues = Staff(
        FieldSet.ById<IssueRow>(row => row.Issue.Id)
            .Text("owner", row => row.Context.Users.Name(row.Issue.OwnerId), Text)
            .Text("assignee", row => row.Context.Users.Name(row.Issue.AssigneeId), Text)
            .Int("job_id", row => row.Job.Id, Simple)
            .Int("task_id", row => row.Task.Id, Simple)
            .Int("frame_id", row => row.Issue.Frame, Simple)
            .Bool("resolved", row => row.Issue.Resolved, Simple),
        row => row.Facts);

    public static readonly FieldSet<CommentRow> Comments = Staff(
        FieldSet.ById<CommentRow>(row => row.Comment.Id)
            .Text("owner", row => row.Issue.Context.Users.Name(row.Comment.OwnerId), Text)
            .Int("issue_id", row => row.Comment.IssueId, Simple)
            .Int("job_id", row => row.Issue.Job.Id, Simple)
            .Int("frame_id", row => row.Issue.Issue.Frame, Simple),
        row => row.Facts)
        .Int("comment_owner_id", row => row.Comment.OwnerId, FieldUses.None);

    private static FieldSet<T> Staff<T>(FieldSet<T> fields, Func<T, StaffFacts> facts) => fields
        .Int("project_owner_id", row => facts(row).ProjectOwner, FieldUses.None)
        .Int("project_assignee_id", row => facts(row).ProjectAssignee, FieldUses.None)
        .Int("task_owner_id", row => facts(row).TaskOwner, FieldUses.None)
        .Int("task_assignee_id", row => facts(row).TaskAssignee, FieldUses.None)
        .Int("job_assignee_id", row => facts(row).JobAssignee, FieldUses.None)
        .Int("issue_owner_id", row => facts(row).IssueOwner, FieldUses.None)
        .Int("issue_assignee_id", row => facts(row).IssueAssignee, FieldUses.None);
}
