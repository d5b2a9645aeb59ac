using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Labels;

/// <summary>A label in a list, with the project or task (and its project) that it belongs to.</summary>
internal readonly struct LabelRow(Label label, AnnotationTask? task, Project? project, RowContext context) : IListRow
{
    public Label Label => label;

    public AnnotationTask? Task => task;

    public Project? Project => project;

    public WorkspaceId Workspace => context.Workspace;
}

/// <summary>What the list of labels can be filtered and sorted by (contract-resources.md §1.9). Only top-level labels are listed, so no row has a parent.</summary>
internal static class LabelFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;

    public static readonly FieldSet<LabelRow> All = FieldSet.ById<LabelRow>(row => row.Label.Id, isDescending: false)
        .Text("name", row => row.Label.Name, Simple | FieldUses.Search)
        .Text("parent", _ => null, Simple | FieldUses.Search)
        .Int("parent_id", _ => null, Simple)
        .Choice("type", row => row.Label.Type, Simple, LabelType.All)
        .Text("color", row => row.Label.Color, Simple)
        .Int("project_owner_id", row => row.Project?.OwnerId, FieldUses.None)
        .Int("project_assignee_id", row => row.Project?.AssigneeId, FieldUses.None)
        .Int("task_owner_id", row => row.Task?.OwnerId, FieldUses.None)
        .Int("task_assignee_id", row => row.Task?.AssigneeId, FieldUses.None);

    /// <summary>Gives the labels of a workspace to a collector.</summary>
    public static void Offer(RowContext context, RowCollector<LabelRow> rows)
    {
        foreach (var label in context.View.All<Label>())
        {
            if (label.ProjectId is { } projectId && context.View.Project(projectId) is { } project)
            {
                rows.Offer(new(label, null, project, context));
            }
            else if (label.TaskId is { } taskId && context.View.Task(taskId) is { } task)
            {
                rows.Offer(new(label, task, context.View.ProjectOf(task), context));
            }
        }
    }
}
