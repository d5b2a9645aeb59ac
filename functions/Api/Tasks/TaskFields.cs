using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>A task in a list.</summary>
internal readonly struct TaskRow(AnnotationTask task, Project? project, RowContext context) : IListRow
{
    public AnnotationTask Task => task;

    public Project? Project => project;

    public RowContext Context => context;

    public WorkspaceId Workspace => context.Workspace;
}

/// <summary>What the list of tasks can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class TaskFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;
    private const FieldUses Text = Simple | FieldUses.Search;

    public static readonly FieldSet<TaskRow> All = FieldSet.ById<TaskRow>(row => row.Task.Id)
        .Text("project_name", row => row.Project?.Name, Text)
        .Text("name", row => row.Task.Name, Text)
        .Text("owner", row => row.Context.Users.Name(row.Task.OwnerId), Text)
        .Text("assignee", row => row.Context.Users.Name(row.Task.AssigneeId), Text)
        .Text("subset", row => row.Task.Subset, Text)
        .Text("tracker_link", row => row.Task.BugTracker, Text)
        .Int("project_id", row => row.Task.ProjectId, Simple)
        .Choice("status", row => TaskMapping.Status(row.Context.View.JobsOf(row.Task)), Simple, Choices.Statuses)
        .Choice("mode", row => row.Task.Data?.Mode ?? "", Simple, Choices.Modes)
        .Choice("dimension", row => row.Task.Data?.Dimension ?? "2d", Simple, Choices.Dimensions)
        .Choice("media_type", row => row.Task.Data?.MediaType ?? "image", Simple, Choices.MediaTypes)
        .Choice("validation_mode", row => row.Task.Validation?.Mode, Simple, Choices.ValidationModes)
        .Date("created_date", row => row.Task.CreatedDate, FieldUses.Listed)
        .Date("updated_date", row => row.Context.View.UpdatedDate(row.Task, row.Project), FieldUses.Listed)
        .Int("project_owner_id", row => row.Project?.OwnerId, FieldUses.None)
        .Int("project_assignee_id", row => row.Project?.AssigneeId, FieldUses.None)
        .Int("task_owner_id", row => row.Task.OwnerId, FieldUses.None)
        .Int("task_assignee_id", row => row.Task.AssigneeId, FieldUses.None);
}
