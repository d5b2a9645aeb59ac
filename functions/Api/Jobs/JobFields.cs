using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>A job in a list.</summary>
internal readonly struct JobRow(Job job, AnnotationTask task, Project? project, RowContext context) : IListRow
{
    public Job Job => job;

    public AnnotationTask Task => task;

    public Project? Project => project;

    public RowContext Context => context;

    public WorkspaceId Workspace => context.Workspace;
}

/// <summary>What the list of jobs can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class JobFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;
    private const FieldUses Text = Simple | FieldUses.Search;

    public static readonly FieldSet<JobRow> All = FieldSet.ById<JobRow>(row => row.Job.Id)
        .Text("task_name", row => row.Task.Name, Text)
        .Text("project_name", row => row.Project?.Name, Text)
        .Text("assignee", row => row.Context.Users.Name(row.Job.AssigneeId), Text)
        .Int("task_id", row => row.Task.Id, Simple)
        .Int("project_id", row => row.Task.ProjectId, Simple)
        .Int("parent_job_id", _ => null, Simple)
        .Choice("state", row => row.Job.State, Simple, Choices.States)
        .Choice("stage", row => row.Job.Stage, Simple, Choices.Stages)
        .Choice("type", row => row.Job.Type, Simple, Choices.JobTypes)
        .Choice("mode", row => row.Task.Data?.Mode ?? "", Simple, Choices.Modes)
        .Choice("dimension", row => row.Task.Data?.Dimension ?? "2d", Simple, Choices.Dimensions)
        .Choice("media_type", row => row.Task.Data?.MediaType ?? "image", Simple, Choices.MediaTypes)
        .Date("updated_date", row => row.Context.View.UpdatedDate(row.Job, row.Task, row.Project), FieldUses.Listed)
        .Int("project_owner_id", row => row.Project?.OwnerId, FieldUses.None)
        .Int("project_assignee_id", row => row.Project?.AssigneeId, FieldUses.None)
        .Int("task_owner_id", row => row.Task.OwnerId, FieldUses.None)
        .Int("task_assignee_id", row => row.Task.AssigneeId, FieldUses.None)
        .Int("job_assignee_id", row => row.Job.AssigneeId, FieldUses.None);

    /// <summary>Gives the jobs of a workspace to a collector.</summary>
    public static void Offer(RowContext context, RowCollector<JobRow> rows)
    {
        var projects = context.View.All<Project>().Where(project => !project.IsDeleted).ToDictionary(project => project.Id);
        var tasks = new Dictionary<int, (AnnotationTask Task, Project? Project)>();
        foreach (var task in context.View.All<AnnotationTask>())
        {
            var project = task.ProjectId is { } id ? projects.GetValueOrDefault(id) : null;
            if (!task.IsDeleted && (task.ProjectId is null || project is not null))
            {
                tasks[task.Id] = (task, project);
            }
        }

        foreach (var job in context.View.All<Job>())
        {
            if (tasks.TryGetValue(job.TaskId, out var parent))
            {
                rows.Offer(new(job, parent.Task, parent.Project, context));
            }
        }
    }
}
