using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Issues;

/// <summary>Who may do what with issues.</summary>
public static class IssuePolicy
{
    /// <summary>Raise one; asked with the facts of the job.</summary>
    public const string Create = "create";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See it.</summary>
    public const string View = "view";

    /// <summary>Change position, assignee or resolution.</summary>
    public const string Update = "update";

    /// <summary>Delete it with its comments.</summary>
    public const string Delete = "delete";

    private const Relations IssueAdmin = Relations.TaskStaff | Relations.IssueOwner;
    private const Relations IssueStaff = Relations.JobStaff | Relations.IssueOwner | Relations.IssueAssignee;

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, Privilege.Worker, Relations.JobStaff),
        new(List, Privilege.None, IssueStaff),
        new(View, Privilege.None, IssueStaff),
        new(Update, Privilege.Worker, IssueStaff),
        new(Delete, Privilege.Worker, IssueAdmin),
    ]);

    /// <summary>The people of an issue.</summary>
    public static StaffFacts Facts(Issue issue, Job job, AnnotationTask task, Project? project) =>
        JobPolicy.Facts(job, task, project) with { IssueOwner = issue.OwnerId, IssueAssignee = issue.AssigneeId };
}

/// <summary>Who may do what with comments.</summary>
public static class CommentPolicy
{
    /// <summary>Write one; asked with the facts of the issue.</summary>
    public const string Create = "create";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See it.</summary>
    public const string View = "view";

    /// <summary>Change its text.</summary>
    public const string Update = "update";

    /// <summary>Delete it.</summary>
    public const string Delete = "delete";

    private const Relations IssuePeople = Relations.JobStaff | Relations.IssueOwner | Relations.IssueAssignee;
    private const Relations CommentStaff = IssuePeople | Relations.CommentOwner;

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, Privilege.Worker, IssuePeople),
        new(List, Privilege.None, CommentStaff),
        new(View, Privilege.None, CommentStaff),
        new(Update, Privilege.Worker, CommentStaff),
        new(Delete, Privilege.Worker, CommentStaff),
    ]);

    /// <summary>The people of a comment.</summary>
    public static StaffFacts Facts(Comment comment, Issue issue, Job job, AnnotationTask task, Project? project) =>
        IssuePolicy.Facts(issue, job, task, project) with { CommentOwner = comment.OwnerId };
}
