using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
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

    /// <summary>The members of the organization that it belongs to; null in a personal space.</summary>
    public OrganizationMembers? Members { get; init; }

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

        if (!_rules.TryGetValue(action, out var rule))
        {
            return false;
        }

        var relations = facts.Of(actor);
        if (facts.Members is not { } members)
        {
            return rule.Personal is { } grant && Meets(actor, grant, relations);
        }

        return members.RoleOf(actor.UserId) is { } role
            ? rule.Organization.Any(grant => role >= grant.MinimumRole && Meets(actor, grant, relations))
            : actor.Privilege == "worker" && (relations & rule.Outsiders) != 0;
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

    /// <summary>
    /// What a list shows the actor, as a filter over the internal fields <c>project_owner_id</c> … <c>comment_owner_id</c>: with the rules of one organization where the
    /// list is of that, else with those of the personal space.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="members">The organization's; null: the list is of no single one.</param>
    public FilterNode Visible(Actor actor, OrganizationMembers? members)
    {
        if (actor.IsAdmin)
        {
            return FilterNode.True;
        }

        var rule = _rules["list"];
        var role = members?.RoleOf(actor.UserId);
        IEnumerable<Grant> grants = members is null ? [rule.Personal!]
            : role is null ? [new(Privilege.Worker, rule.Outsiders)]
            : rule.Organization.Where(grant => role >= grant.MinimumRole);
        var allowed = grants.Where(grant => Privilege.Rank(actor) >= grant.MinimumRank).Aggregate(Relations.None, (all, grant) => all | grant.Allowed);
        return allowed.HasFlag(Relations.Anyone)
            ? FilterNode.True
            : FilterNode.Or([.. Fields.Where(field => (allowed & field.Relation) != 0).Select(field => FilterNode.Equal(field.Field, actor.UserId))]);
    }

    private static bool Meets(Actor actor, Grant grant, Relations relations) => Privilege.Rank(actor) >= grant.MinimumRank && (relations & grant.Allowed) != 0;
}
