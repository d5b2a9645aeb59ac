using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>A project in a list.</summary>
internal readonly struct ProjectRow(Project project, RowContext context) : IListRow
{
    public Project Project => project;

    public RowContext Context => context;

    public WorkspaceId Workspace => context.Workspace;
}

/// <summary>What the list of projects can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class ProjectFields
{
    private const FieldUses Text = FieldUses.Listed | FieldUses.Search | FieldUses.Simple;

    public static readonly FieldSet<ProjectRow> All = FieldSet.ById<ProjectRow>(row => row.Project.Id)
        .Text("name", row => row.Project.Name, Text)
        .Text("owner", row => row.Context.Users.Name(row.Project.OwnerId), Text)
        .Text("assignee", row => row.Context.Users.Name(row.Project.AssigneeId), Text)
        .Choice("status", row => row.Project.Status, FieldUses.Listed | FieldUses.Simple, Choices.Statuses)
        .Date("updated_date", row => row.Context.View.UpdatedDate(row.Project), FieldUses.Listed)
        .Int("project_owner_id", row => row.Project.OwnerId, FieldUses.None)
        .Int("project_assignee_id", row => row.Project.AssigneeId, FieldUses.None);
}
