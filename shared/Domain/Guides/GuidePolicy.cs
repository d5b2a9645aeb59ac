using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Guides;

/// <summary>Who may do what with guides and their assets. A public guide may be read by everybody besides.</summary>
public static class GuidePolicy
{
    /// <summary>Write one for a target.</summary>
    public const string Create = "create";

    /// <summary>Read it and its assets.</summary>
    public const string View = "view";

    /// <summary>Change it, add and remove assets.</summary>
    public const string Update = "update";

    /// <summary>Delete it with its assets.</summary>
    public const string Delete = "delete";

    private const Relations Target = Relations.TargetOwner | Relations.TargetAssignee;

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, Privilege.User, Target),
        new(View, new(Privilege.Worker, Target | Relations.JobStaff), [Grant.Managers, new(Privilege.None, Target | Relations.JobStaff)]),
        new(Update, Privilege.User, Target),
        new(Delete, Privilege.User, Target),
    ]);

    /// <summary>The people of a project's guide, as far as the actor is one of them: also those of its tasks and jobs.</summary>
    public static StaffFacts Facts(IWorkspaceView view, Projects.Project project, Actor actor)
    {
        var tasks = view.TasksOf(project).ToList();
        return new StaffFacts(project.OwnerId, project.AssigneeId)
        {
            TargetOwner = project.OwnerId,
            TargetAssignee = project.AssigneeId,
            TaskOwner = IfAny(tasks.Exists(task => task.OwnerId == actor.UserId)),
            TaskAssignee = IfAny(tasks.Exists(task => task.AssigneeId == actor.UserId)),
            JobAssignee = IfAny(tasks.Exists(task => IsAssigned(view, task, actor))),
        };

        int? IfAny(bool isAny) => isAny ? actor.UserId : null;
    }

    /// <summary>The people of a task's guide, as far as the actor is one of them: also the assignees of its jobs.</summary>
    public static StaffFacts Facts(IWorkspaceView view, AnnotationTask task, Actor actor) =>
        TaskPolicy.Facts(task, view.ProjectOf(task)) with
        {
            TargetOwner = task.OwnerId,
            TargetAssignee = task.AssigneeId,
            JobAssignee = IsAssigned(view, task, actor) ? actor.UserId : null,
        };

    private static bool IsAssigned(IWorkspaceView view, AnnotationTask task, Actor actor) => view.JobsOf(task).Any(job => job.AssigneeId == actor.UserId);
}
