using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>Quality settings in a list, with the people of their target.</summary>
internal sealed record QualityRow(WorkspaceId Workspace, QualitySettings Settings, StaffFacts Facts) : IListRow;

/// <summary>Consensus settings in a list, with the people of their task.</summary>
internal sealed record ConsensusRow(WorkspaceId Workspace, ConsensusSettings Settings, StaffFacts Facts) : IListRow;

/// <summary>A list that has nothing in it yet: the fields by which it can be asked.</summary>
internal sealed record NoRow(int Id);

/// <summary>What the lists of these tags can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class QualityFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;

    public static readonly FieldSet<QualityRow> Settings = Staff(
        FieldSet.ById<QualityRow>(row => row.Settings.Id, isDescending: false)
            .Int("task_id", row => row.Settings.TaskId, Simple)
            .Int("project_id", row => row.Settings.ProjectId, Simple)
            .Bool("inherit", row => row.Settings.Inherit, Simple)
            .Choice("parent_type", row => row.Settings.TaskId is null ? "project" : "task", FieldUses.Simple, "task", "project")
            .Date("created_date", row => row.Settings.CreatedDate, FieldUses.Listed)
            .Date("updated_date", row => row.Settings.UpdatedDate, FieldUses.Listed),
        row => row.Facts);

    public static readonly FieldSet<RequirementRow> Requirements = Staff(
        FieldSet.ById<RequirementRow>(row => row.Requirement.Id, isDescending: false)
            .Int("settings_id", row => row.Requirement.SettingsId, Simple)
            .Int("task_id", row => row.Requirement.TaskId, Simple)
            .Int("project_id", row => row.Requirement.ProjectId, Simple)
            .Choice("annotation_type", row => row.Requirement.Options.AnnotationType, Simple, RequirementRules.AnnotationTypes)
            .Bool("enabled", row => row.Requirement.Enabled, Simple)
            .Text("name", row => row.Requirement.Name, FieldUses.Sort)
            .Int("sort_order", row => row.Requirement.SortOrder, FieldUses.Sort)
            .Date("created_date", row => row.Requirement.CreatedDate, FieldUses.Listed)
            .Date("updated_date", row => row.Requirement.UpdatedDate, FieldUses.Listed),
        row => row.Facts);

    public static readonly FieldSet<ConsensusRow> Consensus = Staff(
        FieldSet.ById<ConsensusRow>(row => row.Settings.Id, isDescending: false).Int("task_id", row => row.Settings.TaskId, FieldUses.Filter | FieldUses.Simple),
        row => row.Facts);

    public static readonly FieldSet<NoRow> Reports = FieldSet.ById<NoRow>(row => row.Id, isDescending: false)
        .Int("job_id", _ => null, Simple)
        .Int("task_id", _ => null, Simple)
        .Int("project_id", _ => null, Simple)
        .Int("parent_id", _ => null, FieldUses.Simple)
        .Choice("target", _ => null, FieldUses.Simple, "job", "task", "project")
        .Date("created_date", _ => null, FieldUses.Listed)
        .Date("gt_last_updated", _ => null, FieldUses.Listed)
        .Date("target_last_updated", _ => null, FieldUses.Listed);

    public static readonly FieldSet<NoRow> Conflicts = FieldSet.ById<NoRow>(row => row.Id)
        .Int("frame", _ => null, Simple)
        .Int("job_id", _ => null, Simple)
        .Int("task_id", _ => null, Simple)
        .Int("project_id", _ => null, Simple)
        .Int("report_id", _ => null, FieldUses.Simple)
        .Text("type", _ => null, Simple)
        .Text("severity", _ => null, Simple);

    public static readonly FieldSet<NoRow> Validations = FieldSet.ById<NoRow>(row => row.Id)
        .Int("job_id", _ => null, Simple)
        .Int("task_id", _ => null, Simple)
        .Int("project_id", _ => null, Simple);

    private static FieldSet<T> Staff<T>(FieldSet<T> fields, Func<T, StaffFacts> facts) => fields
        .Int("project_owner_id", row => facts(row).ProjectOwner, FieldUses.None)
        .Int("project_assignee_id", row => facts(row).ProjectAssignee, FieldUses.None)
        .Int("task_owner_id", row => facts(row).TaskOwner, FieldUses.None)
        .Int("task_assignee_id", row => facts(row).TaskAssignee, FieldUses.None);
}
