using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Organizations;

namespace CvatServerless.Domain.Identity;

/// <summary>One way to be allowed something: at least this rank, at least this role in the organization (of no account in personal spaces), and one of these relations.</summary>
/// <param name="MinimumRank">A rank of <see cref="Privilege"/>.</param>
/// <param name="Allowed">One of these is enough; <see cref="Relations.Anyone"/> asks for none.</param>
/// <param name="MinimumRole">In the object's organization.</param>
public sealed record Grant(int MinimumRank, Relations Allowed, OrganizationRole MinimumRole = OrganizationRole.Worker)
{
    /// <summary>The contract's ≥M: maintainers and owners that are users may do it to everything in their organization.</summary>
    public static readonly Grant Managers = new(Privilege.User, Relations.Anyone, OrganizationRole.Maintainer);

    /// <summary>Assignees of jobs that are in the group <c>worker</c> and in no way members (crowdsourcing).</summary>
    public static readonly Grant Guests = new(Privilege.Worker, Relations.JobAssignee, OrganizationRole.None);

    /// <summary>Whether it is given to an actor in an organization, relations apart.</summary>
    public bool Fits(Actor actor, Members members)
    {
        var rank = Privilege.Rank(actor);
        return MinimumRole == OrganizationRole.None ? rank == MinimumRank && members.IsGuest(actor) : rank >= MinimumRank && members.RoleOf(actor) >= MinimumRole;
    }
}

/// <summary>One row of a policy (contract-resources.md §3.3).</summary>
/// <param name="Action">Such as <c>update:desc</c>.</param>
/// <param name="Personal">What allows it in a personal space; null: nothing, not even owning.</param>
/// <param name="Organization">What allows it inside an organization; one is enough.</param>
public sealed record PolicyRule(string Action, Grant? Personal, IReadOnlyList<Grant> Organization)
{
    /// <summary>The usual row: in a personal space the rank with a relation; inside an organization managers, or members with the same.</summary>
    public PolicyRule(string action, int minimumRank, Relations allowed)
        : this(action, new(minimumRank, allowed), [Grant.Managers, new(minimumRank, allowed)])
    {
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
        (Relations.WebhookOwner, "webhook_owner_id"), (Relations.CloudStorageOwner, "cloud_storage_owner_id"),
    ];

    private readonly Dictionary<string, PolicyRule> _rules = rules.ToDictionary(rule => rule.Action, StringComparer.Ordinal);

    /// <summary>The rows.</summary>
    public IReadOnlyList<PolicyRule> Rules => rules;

    /// <summary>Whether the actor may do it, by the workspace of the object (<see cref="StaffFacts.Members"/>).</summary>
    public bool Allows(Actor actor, string action, StaffFacts facts) =>
        actor.IsAdmin || (GrantedTo(actor, action, facts.Members ?? Members.Personal) & facts.Of(actor)) != 0;

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
    /// Passes where the actor may make something: judged in the workspace that the request names (contract-resources.md §1.6). What it is made for, if anything, must
    /// not lie in another organization than the one named, nor in one where the actor is nobody.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">What.</param>
    /// <param name="scope">The workspace that the request names.</param>
    /// <param name="parent">The people of what it is made for.</param>
    /// <exception cref="CvatException">403.</exception>
    public void CheckNew(Actor actor, string action, WorkspaceScope scope, StaffFacts? parent = null)
    {
        if (parent is { Members: { OrganizationId: { } organization } members } && !actor.IsAdmin
            && (members.RoleOf(actor) == OrganizationRole.None || (scope.OrganizationId ?? organization) != organization))
        {
            throw CvatException.Forbidden();
        }

        Check(actor, action, (parent ?? default) with { Members = scope.Members });
    }

    /// <summary>
    /// What a list shows the actor, as a filter over the internal fields <c>project_owner_id</c> … <c>job_assignee_id</c>: by the rules of the organization that the
    /// request names, else by those of personal spaces, which hold for what is the actor's own in organizations too.
    /// </summary>
    public FilterNode Visible(Actor actor, WorkspaceScope scope = default)
    {
        var allowed = actor.IsAdmin ? Relations.Anyone : GrantedTo(actor, "list", scope.Members ?? Members.Personal);
        return (allowed & Relations.Anyone) != 0
            ? FilterNode.True
            : FilterNode.Or([.. Fields.Where(field => (allowed & field.Relation) != 0).Select(field => FilterNode.Equal(field.Field, actor.UserId))]);
    }

    /// <summary>The relations with which the actor may do it in a workspace.</summary>
    private Relations GrantedTo(Actor actor, string action, Members members)
    {
        if (!_rules.TryGetValue(action, out var rule))
        {
            return Relations.None;
        }

        if (members.OrganizationId is null)
        {
            return rule.Personal is { } personal && Privilege.Rank(actor) >= personal.MinimumRank ? personal.Allowed : Relations.None;
        }

        return rule.Organization.Where(grant => grant.Fits(actor, members)).Aggregate(Relations.None, (all, grant) => all | grant.Allowed);
    }
}
