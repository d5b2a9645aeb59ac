using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;

namespace CvatServerless.Domain.Tasks;

/// <summary>Who may do what with tasks.</summary>
public static class TaskPolicy
{
    private const Relations Owners = Relations.TaskOwner | Relations.ProjectStaff;

    /// <summary>Create outside projects, import a backup.</summary>
    public const string Create = "create";

    /// <summary>Create in a project (facts: the project's).</summary>
    public const string CreateInProject = "create@project";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See the task, its data and meta and annotations, export.</summary>
    public const string View = "view";

    /// <summary>Change the description, upload data, change meta and annotations, import.</summary>
    public const string UpdateDescription = "update:desc";

    /// <summary>Change the owner.</summary>
    public const string UpdateOwner = "update:owner";

    /// <summary>Change the assignee.</summary>
    public const string UpdateAssignee = "update:assignee";

    /// <summary>Move into a project.</summary>
    public const string UpdateProject = "update:project";

    /// <summary>Move to another workspace.</summary>
    public const string UpdateOrganization = "update:organization";

    /// <summary>Delete.</summary>
    public const string Delete = "delete";

    /// <summary>See or change the validation layout.</summary>
    public const string ValidationLayout = "validation_layout";

    /// <summary>Merge replicas into their jobs.</summary>
    public const string MergeReplicas = "merge:replicas";

    private static readonly Grant Supervisors = new(Privilege.User, Relations.Anyone, OrganizationRole.Supervisor);

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, new(Privilege.User, Relations.Anyone), [Supervisors]),
        new(CreateInProject, new(Privilege.User, Relations.ProjectStaff), [Supervisors, new(Privilege.User, Relations.ProjectStaff)]),
        new(List, Privilege.None, Relations.TaskStaff),
        new(View, Privilege.None, Relations.TaskStaff),
        new(UpdateDescription, Privilege.Worker, Relations.TaskStaff),
        new(UpdateOwner, Privilege.Worker, Owners),
        new(UpdateAssignee, Privilege.Worker, Owners),
        new(UpdateProject, Privilege.Worker, Owners),
        new(UpdateOrganization, Privilege.Worker, Owners),
        new(Delete, Privilege.Worker, Owners),
        new(ValidationLayout, Privilege.None, Relations.TaskStaff),
        new(MergeReplicas, Privilege.Worker, Relations.TaskStaff),
    ]);

    /// <summary>The people of a task.</summary>
    public static StaffFacts Facts(AnnotationTask task, Project? project) =>
        new(project?.OwnerId, project?.AssigneeId, task.OwnerId, task.AssigneeId);
}
