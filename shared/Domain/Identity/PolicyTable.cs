using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;

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
            | (TargetOwner == id ? Relations.TargetOwner : 0)
            | (TargetAssignee == id ? Relations.TargetAssignee : 0);
    }
}

/// <summary>One row of a policy: in a personal space, the action is allowed to actors of at least this rank with one of these relations.</summary>
/// <param name="Action">Such as <c>update:desc</c>.</param>
/// <param name="MinimumRank">A rank of <see cref="Privilege"/>.</param>
/// <param name="Allowed">One of these is enough.</param>
public sealed record PolicyRule(string Action, int MinimumRank, Relations Allowed);

/// <summary>A resource's rules (contract-resources.md §3.3). The administrator passes all of them.</summary>
public sealed class PolicyTable(IReadOnlyList<PolicyRule> rules)
{
    private static readonly (Relations Relation, string Field)[] Fields =
    [
        (Relations.ProjectOwner, "project_owner_id"), (Relations.ProjectAssignee, "project_assignee_id"),
        (Relations.TaskOwner, "task_owner_id"), (Relations.TaskAssignee, "task_assignee_id"), (Relations.JobAssignee, "job_assignee_id"),
        (Relations.IssueOwner, "issue_owner_id"), (Relations.IssueAssignee, "issue_assignee_id"), (Relations.CommentOwner, "comment_owner_id"),
    ];

    private readonly Dictionary<string, PolicyRule> _rules = rules.ToDictionary(rule => rule.Action, StringComparer.Ordinal);

    /// <summary>The rows.</summary>
    public IReadOnlyList<PolicyRule> Rules => rules;

    /// <summary>Whether the actor may do it.</summary>
    public bool Allows(Actor actor, string action, StaffFacts facts)
    {
        if (actor.IsAdmin)
        {
            return true;
        }

        return _rules.TryGetValue(action, out var rule) && Privilege.Rank(actor) >= rule.MinimumRank && (facts.Of(actor) & rule.Allowed) != 0;
    }

    /// <summary>Passes where the actor may do it.</summary>
    /// <exception cref="CvatException">403.</exception>
    public void Check(Actor actor, string action, StaffFacts facts)
    {
        if (!Allows(actor, action, facts))
        {
            throw CvatException.Forbidden();
        }
    }

    /// <summary>What a list shows the actor, as a filter over the internal fields <c>project_owner_id</c> … <c>job_assignee_id</c>.</summary>
    public FilterNode Visible(Actor actor)
    {
        if (actor.IsAdmin)
        {
            return FilterNode.True;
        }

        var allowed = _rules["list"].Allowed;
        return FilterNode.Or([.. Fields.Where(field => (allowed & field.Relation) != 0).Select(field => FilterNode.Equal(field.Field, actor.UserId))]);
    }
}
