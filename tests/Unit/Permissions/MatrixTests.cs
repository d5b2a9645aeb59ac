using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Webhooks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Permissions;

/// <summary>
/// The matrix of contract-resources.md §3.3 as <c>matrix.csv</c>: for a resource, an action and a relation, in a personal space and for every role in the object's
/// organization (<c>nobody</c>: no member), the lowest group that may: <c>-</c> nobody but administrators, <c>=worker</c> that group alone.
/// </summary>
public sealed class MatrixTests
{
    private const int Me = 7;
    private const int Organization = 3;
    private static readonly string?[] Groups = [null, "worker", "user", "admin"];

    private static readonly Dictionary<string, PolicyTable> Tables = new()
    {
        ["project"] = ProjectPolicy.Table,
        ["task"] = TaskPolicy.Table,
        ["job"] = JobPolicy.Table,
        ["issue"] = IssuePolicy.Table,
        ["comment"] = CommentPolicy.Table,
        ["guide"] = GuidePolicy.Table,
        ["organization"] = OrganizationPolicy.Table,
        ["webhook"] = WebhookPolicy.Table,
        ["cloudstorage"] = CloudStoragePolicy.Table,
    };

    public static TheoryData<string> Rows => [.. Read("matrix.csv")];

    public static TheoryData<string> MemberRows => [.. Read("members.csv")];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Allows_Row_AsTheContractSays(string row)
    {
        var cells = row.Split(',');
        for (var column = 3; column < cells.Length; column++)
        {
            var members = column == 3 ? null : MembersWith((OrganizationRole)(column - 4));
            var facts = Facts(cells[2]) with { Members = members };
            foreach (var group in Groups)
            {
                Tables[cells[0]].Allows(Actor(group), cells[1], facts).ShouldBe(IsExpected(cells[column], group), $"{row}: column {column}, group {group ?? "none"}");
            }
        }
    }

    [Fact]
    public void Matrix_EveryRule_IsThere()
    {
        var tested = Read("matrix.csv").Select(row => string.Join(',', row.Split(',')[..2])).ToHashSet();

        Tables.SelectMany(table => table.Value.Rules.Select(rule => $"{table.Key},{rule.Action}")).Where(rule => !tested.Contains(rule)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(MemberRows))]
    public void Members_Row_AsTheContractSays(string row)
    {
        var cells = row.Split(',');
        var (caller, target, wanted) = (OrganizationRoles.Parse(cells[1]), OrganizationRoles.Parse(cells[2]), OrganizationRoles.Parse(cells[4]));
        var isSelf = cells[3] == "self";

        var isAllowed = cells[0] switch
        {
            "change role" => MembershipPolicy.MayChangeRole(caller, isSelf, target, wanted),
            "end" => MembershipPolicy.MayEnd(caller, isSelf, target),
            _ => InvitationPolicy.MayCreate(Privilege.User, caller, wanted),
        };

        isAllowed.ShouldBe(cells[5] == "yes");
    }

    [Fact]
    public void CheckNew_ParentInOrganization_NeedsMembershipAndTheSameContext()
    {
        var job = new StaffFacts(JobAssignee: Me) { Members = MembersWith(OrganizationRole.Worker) };
        var left = job with { Members = MembersWith(OrganizationRole.None) };
        var elsewhere = new WorkspaceScope(Organization + 1, false) { Members = new Members(Organization + 1, new() { [Me] = OrganizationRole.Owner }) };

        Should.NotThrow(() => IssuePolicy.Table.CheckNew(Actor("worker"), IssuePolicy.Create, WorkspaceScope.Everything, job));
        Should.Throw<CvatServerless.Domain.Errors.CvatException>(() => IssuePolicy.Table.CheckNew(Actor("worker"), IssuePolicy.Create, WorkspaceScope.Everything, left));
        Should.Throw<CvatServerless.Domain.Errors.CvatException>(() => IssuePolicy.Table.CheckNew(Actor("user"), IssuePolicy.Create, elsewhere, job));
    }

    private static bool IsExpected(string cell, string? group) => group == "admin" || cell switch
    {
        "-" => false,
        "=worker" => group == "worker",
        _ => Array.IndexOf(Groups, group) >= Array.IndexOf(Groups, cell == "none" ? null : cell),
    };

    private static StaffFacts Facts(string relation) => relation switch
    {
        "none" => default,
        "project_owner" => new(ProjectOwner: Me),
        "project_assignee" => new(ProjectAssignee: Me),
        "task_owner" => new(TaskOwner: Me),
        "task_assignee" => new(TaskAssignee: Me),
        "job_assignee" => new(JobAssignee: Me),
        "issue_owner" => new() { IssueOwner = Me },
        "issue_assignee" => new() { IssueAssignee = Me },
        "comment_owner" => new() { CommentOwner = Me },
        "webhook_owner" => new() { WebhookOwner = Me },
        "cloud_storage_owner" => new() { CloudStorageOwner = Me },
        "target_owner" => new() { TargetOwner = Me },
        "target_assignee" => new() { TargetAssignee = Me },
        _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "Unknown relation."),
    };

    private static Members MembersWith(OrganizationRole role) => new(Organization, role == OrganizationRole.None ? [] : new() { [Me] = role });

    private static Actor Actor(string? group) => new(Me, "me", group, Credential.Session);

    private static IEnumerable<string> Read(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Permissions", name)).Skip(1).Where(line => line.Length > 0);
}
