using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;

namespace CvatServerless.Domain.Projects;

/// <summary>Who may do what with projects.</summary>
public static class ProjectPolicy
{
    /// <summary>Create.</summary>
    public const string Create = "create";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See, export.</summary>
    public const string View = "view";

    /// <summary>Change name, labels, bug tracker, storages; import a dataset.</summary>
    public const string UpdateDescription = "update:desc";

    /// <summary>Change the assignee.</summary>
    public const string UpdateAssignee = "update:assignee";

    /// <summary>Change the owner.</summary>
    public const string UpdateOwner = "update:owner";

    /// <summary>Move to another workspace.</summary>
    public const string UpdateOrganization = "update:organization";

    /// <summary>Delete.</summary>
    public const string Delete = "delete";

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, new(Privilege.User, Relations.Anyone), [new(Privilege.User, Relations.Anyone, OrganizationRole.Supervisor)]),
        new(List, Privilege.None, Relations.ProjectStaff),
        new(View, Privilege.None, Relations.ProjectStaff),
        new(UpdateDescription, Privilege.Worker, Relations.ProjectStaff),
        new(UpdateAssignee, Privilege.Worker, Relations.ProjectOwner),
        new(UpdateOwner, null, [Grant.Managers]),
        new(UpdateOrganization, Privilege.Worker, Relations.ProjectOwner),
        new(Delete, Privilege.Worker, Relations.ProjectOwner),
    ]);

    /// <summary>The people of a project.</summary>
    public static StaffFacts Facts(Project project) => new(ProjectOwner: project.OwnerId, ProjectAssignee: project.AssigneeId);
}
