using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Workspaces;

/// <summary>Everyday questions to a workspace.</summary>
public static class WorkspaceViewExtensions
{
    /// <summary>A task that is not being deleted, nor its project, or null.</summary>
    public static AnnotationTask? Task(this IWorkspaceView view, int id) =>
        view.Find<AnnotationTask>(EntityKey.Of(id)) is { IsDeleted: false } task && (task.ProjectId is null || view.ProjectOf(task) is not null) ? task : null;

    /// <summary>A project that is not being deleted, or null.</summary>
    public static Project? Project(this IWorkspaceView view, int id) => view.Find<Project>(EntityKey.Of(id)) is { IsDeleted: false } project ? project : null;

    /// <summary>A task's project, or null.</summary>
    public static Project? ProjectOf(this IWorkspaceView view, AnnotationTask task) =>
        task.ProjectId is { } id ? view.Project(id) : null;

    /// <summary>The labels that a task's annotations use: its project's, or its own; by id.</summary>
    public static IReadOnlyCollection<Label> LabelsOf(this IWorkspaceView view, AnnotationTask task) =>
        task.ProjectId is { } id ? view.LabelsOfProject(id) : view.Children<Label>(AnnotationTask.Kind, task.Key);

    /// <summary>A project's labels, by id.</summary>
    public static IReadOnlyCollection<Label> LabelsOfProject(this IWorkspaceView view, int id) => view.Children<Label>(Projects.Project.Kind, EntityKey.Of(id));

    /// <summary>A project's guide, or null.</summary>
    public static Guide? GuideOf(this IWorkspaceView view, Project project) => view.Children<Guide>(Projects.Project.Kind, project.Key).FirstOrDefault();

    /// <summary>A task's own guide, or null.</summary>
    public static Guide? GuideOf(this IWorkspaceView view, AnnotationTask task) => view.Children<Guide>(AnnotationTask.Kind, task.Key).FirstOrDefault();

    /// <summary>The guide that the annotators of a task's jobs read: the project's, else its own.</summary>
    public static int? GuideIdOf(this IWorkspaceView view, AnnotationTask task, Project? project) =>
        (project is null ? null : view.GuideOf(project)?.Id) ?? view.GuideOf(task)?.Id;

    /// <summary>A task's jobs, by id, as users see them (<see cref="Job.IsPartOf"/>).</summary>
    public static IReadOnlyCollection<Job> JobsOf(this IWorkspaceView view, AnnotationTask task)
    {
        var jobs = view.StoredJobsOf(task);
        return jobs.All(job => job.IsPartOf(task)) ? jobs : [.. jobs.Where(job => job.IsPartOf(task))];
    }

    /// <summary>A task's jobs, by id, those included that are still being made.</summary>
    public static IReadOnlyCollection<Job> StoredJobsOf(this IWorkspaceView view, AnnotationTask task) => view.Children<Job>(AnnotationTask.Kind, task.Key);

    /// <summary>A project's tasks that are not being deleted, by id.</summary>
    public static IEnumerable<AnnotationTask> TasksOf(this IWorkspaceView view, Project project) =>
        view.Children<AnnotationTask>(Projects.Project.Kind, project.Key).Where(task => !task.IsDeleted);

    /// <summary>The contract's <c>updated_date</c> of a project.</summary>
    public static DateTimeOffset UpdatedDate(this IWorkspaceView view, Project project) =>
        Latest(project.UpdatedDate, view.LastChanged(Projects.Project.Kind, project.Key));

    /// <summary>The contract's <c>updated_date</c> of a task.</summary>
    public static DateTimeOffset UpdatedDate(this IWorkspaceView view, AnnotationTask task, Project? project) =>
        Latest(Latest(task.UpdatedDate, view.LastChanged(AnnotationTask.Kind, task.Key)), project?.LabelsUpdatedDate);

    /// <summary>The contract's <c>updated_date</c> of a job.</summary>
    public static DateTimeOffset UpdatedDate(this IWorkspaceView view, Job job, AnnotationTask task, Project? project) =>
        Latest(Latest(Latest(job.UpdatedDate, view.LastChanged(Job.Kind, job.Key)), task.LabelsUpdatedDate), project?.LabelsUpdatedDate);

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
