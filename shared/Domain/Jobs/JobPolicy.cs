using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Jobs;

/// <summary>Who may do what with jobs.</summary>
public static class JobPolicy
{
    /// <summary>Create a ground-truth job.</summary>
    public const string Create = "create";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See the job, its data, meta and annotations, export.</summary>
    public const string View = "view";

    /// <summary>Change the state.</summary>
    public const string UpdateState = "update:state";

    /// <summary>Change annotations and meta, import.</summary>
    public const string UpdateAnnotations = "update:annotations";

    /// <summary>Change the stage.</summary>
    public const string UpdateStage = "update:stage";

    /// <summary>Change the assignee.</summary>
    public const string UpdateAssignee = "update:assignee";

    /// <summary>Delete a ground-truth job.</summary>
    public const string Delete = "delete";

    /// <summary>See or change the validation layout.</summary>
    public const string ValidationLayout = "validation_layout";

    private static readonly Grant Supervisors = new(Privilege.User, Relations.TaskStaff, OrganizationRole.Supervisor);

    private static readonly PolicyRule Annotators = new(
        "", new(Privilege.Worker, Relations.JobStaff), [Grant.Managers, new(Privilege.Worker, Relations.JobStaff), Grant.Guests]);

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, new(Privilege.User, Relations.TaskStaff), [Grant.Managers, Supervisors]),
        new(List, Privilege.None, Relations.JobStaff),
        new(View, new(Privilege.None, Relations.JobStaff), [Grant.Managers, new(Privilege.None, Relations.JobStaff), Grant.Guests]),
        new(UpdateState, Annotators.Personal, Annotators.Organization),
        new(UpdateAnnotations, Annotators.Personal, Annotators.Organization),
        new(UpdateStage, Privilege.Worker, Relations.TaskStaff),
        new(UpdateAssignee, Privilege.Worker, Relations.TaskStaff),
        new(Delete, new(Privilege.User, Relations.TaskStaff), [Grant.Managers, Supervisors]),
        new(ValidationLayout, Privilege.None, Relations.TaskStaff),
    ]);

    /// <summary>The people of a job.</summary>
    public static StaffFacts Facts(Job job, AnnotationTask? task, Project? project) =>
        new(project?.OwnerId, project?.AssigneeId, task?.OwnerId, task?.AssigneeId, job.AssigneeId);
}
