using CvatServerless.Domain.Organizations;

namespace CvatServerless.Domain.Identity;

/// <summary>How an actor is related to an object.</summary>
[Flags]
public enum Relations
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Owns its project.</summary>
    ProjectOwner = 1,

    /// <summary>Is assigned to its project.</summary>
    ProjectAssignee = 2,

    /// <summary>Owns its task.</summary>
    TaskOwner = 4,

    /// <summary>Is assigned to its task.</summary>
    TaskAssignee = 8,

    /// <summary>Is assigned to the job.</summary>
    JobAssignee = 16,

    /// <summary>Raised the issue.</summary>
    IssueOwner = 32,

    /// <summary>Is to settle the issue.</summary>
    IssueAssignee = 64,

    /// <summary>Wrote the comment.</summary>
    CommentOwner = 128,

    /// <summary>Owns the very project or task that a guide is for.</summary>
    TargetOwner = 256,

    /// <summary>Is assigned to the very project or task that a guide is for.</summary>
    TargetAssignee = 512,

    /// <summary>Made the webhook.</summary>
    WebhookOwner = 1024,

    /// <summary>Registered the cloud storage.</summary>
    CloudStorageOwner = 2048,

    /// <summary>The contract's PS.</summary>
    ProjectStaff = ProjectOwner | ProjectAssignee,

    /// <summary>The contract's TS.</summary>
    TaskStaff = ProjectStaff | TaskOwner | TaskAssignee,

    /// <summary>The contract's JS.</summary>
    JobStaff = TaskStaff | JobAssignee,

    /// <summary>Anybody.</summary>
    Anyone = 1 << 30,
}

/// <summary>The people of an object; null where there is none.</summary>
public readonly record struct StaffFacts(int? ProjectOwner = null, int? ProjectAssignee = null, int? TaskOwner = null, int? TaskAssignee = null, int? JobAssignee = null)
{
    /// <summary>Who raised the issue.</summary>
    public int? IssueOwner { get; init; }

    /// <summary>Who is to settle the issue.</summary>
    public int? IssueAssignee { get; init; }

    /// <summary>Who wrote the comment.</summary>
    public int? CommentOwner { get; init; }

    /// <summary>Who owns what a guide is for.</summary>
    public int? TargetOwner { get; init; }

    /// <summary>Who is assigned to what a guide is for.</summary>
    public int? TargetAssignee { get; init; }

    /// <summary>Who made the webhook.</summary>
    public int? WebhookOwner { get; init; }

    /// <summary>Who registered the cloud storage.</summary>
    public int? CloudStorageOwner { get; init; }

    /// <summary>The members of its workspace; null: a personal space.</summary>
    public Members? Members { get; init; }

    /// <summary>How an actor is related to it.</summary>
    public Relations Of(Actor actor)
    {
        var id = actor.UserId;
        return Relations.Anyone
            | (ProjectOwner == id ? Relations.ProjectOwner : 0)
            | (ProjectAssignee == id ? Relations.ProjectAssignee : 0)
            | (TaskOwner == id ? Relations.TaskOwner : 0)
            | (TaskAssignee == id ? Relations.TaskAssignee : 0)
            | (JobAssignee == id ? Relations.JobAssignee : 0)
            | (IssueOwner == id ? Relations.IssueOwner : 0)
            | (IssueAssignee == id ? Relations.IssueAssignee : 0)
            | (CommentOwner == id ? Relations.CommentOwner : 0)
            | (WebhookOwner == id ? Relations.WebhookOwner : 0)
            | (CloudStorageOwner == id ? Relations.CloudStorageOwner : 0)
            | (TargetOwner == id ? Relations.TargetOwner : 0)
            | (TargetAssignee == id ? Relations.TargetAssignee : 0);
    }
}

