using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Identity;

/// <summary>The matrix of contract-resources.md §3.3 for personal spaces, row by row: resource, action, relation, lowest group that may ("-": nobody).</summary>
public sealed class PolicyTests
{
    private const int Me = 7;

    [Theory]
    [InlineData("project", "create", "none", "user")]
    [InlineData("project", "view", "project_owner", "none")]
    [InlineData("project", "view", "project_assignee", "none")]
    [InlineData("project", "view", "none", "-")]
    [InlineData("project", "update:desc", "project_assignee", "worker")]
    [InlineData("project", "update:assignee", "project_owner", "worker")]
    [InlineData("project", "update:assignee", "project_assignee", "-")]
    [InlineData("project", "update:owner", "project_owner", "-")]
    [InlineData("project", "delete", "project_owner", "worker")]
    [InlineData("project", "delete", "project_assignee", "-")]
    [InlineData("task", "create", "none", "user")]
    [InlineData("task", "create@project", "project_assignee", "user")]
    [InlineData("task", "create@project", "none", "-")]
    [InlineData("task", "view", "task_assignee", "none")]
    [InlineData("task", "view", "project_owner", "none")]
    [InlineData("task", "view", "job_assignee", "-")]
    [InlineData("task", "update:desc", "task_assignee", "worker")]
    [InlineData("task", "update:assignee", "task_owner", "worker")]
    [InlineData("task", "update:assignee", "task_assignee", "-")]
    [InlineData("task", "update:assignee", "project_assignee", "worker")]
    [InlineData("task", "delete", "task_owner", "worker")]
    [InlineData("task", "delete", "task_assignee", "-")]
    [InlineData("job", "view", "job_assignee", "none")]
    [InlineData("job", "update:state", "job_assignee", "worker")]
    [InlineData("job", "update:annotations", "job_assignee", "worker")]
    [InlineData("job", "update:stage", "job_assignee", "-")]
    [InlineData("job", "update:stage", "task_assignee", "worker")]
    [InlineData("job", "create", "task_owner", "user")]
    [InlineData("job", "delete", "job_assignee", "-")]
    public void Allows_Relation_FromThisGroupOn(string resource, string action, string relation, string lowest)
    {
        var table = resource switch { "project" => ProjectPolicy.Table, "task" => TaskPolicy.Table, _ => JobPolicy.Table };
        var facts = relation switch
        {
            "project_owner" => new StaffFacts(ProjectOwner: Me),
            "project_assignee" => new StaffFacts(ProjectAssignee: Me),
            "task_owner" => new StaffFacts(TaskOwner: Me),
            "task_assignee" => new StaffFacts(TaskAssignee: Me),
            "job_assignee" => new StaffFacts(JobAssignee: Me),
            _ => default,
        };
        string?[] groups = [null, "worker", "user"];
        var from = Array.IndexOf(groups, lowest == "none" ? null : lowest);

        for (var rank = 0; rank < groups.Length; rank++)
        {
            table.Allows(Actor(groups[rank]), action, facts).ShouldBe(lowest != "-" && rank >= from, groups[rank]);
        }

        table.Allows(Actor("admin"), action, facts).ShouldBeTrue();
    }

    [Fact]
    public void Check_NotAllowed_Is403() =>
        Should.Throw<CvatException>(() => TaskPolicy.Table.Check(Actor("user"), TaskPolicy.View, default)).Kind.ShouldBe(ErrorKind.Forbidden);

    private static Actor Actor(string? privilege) => new(Me, "me", privilege, Credential.Session);
}
