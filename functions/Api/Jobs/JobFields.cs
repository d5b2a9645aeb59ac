using CvatServerless.Domain.Filtering;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>What the list of jobs can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class JobFields
{
    private const FieldUses Simple = FieldUses.Listed | FieldUses.Simple;
    private const FieldUses Text = Simple | FieldUses.Search;

    public static readonly FieldSet<JobRow> All = FieldSet.ById<JobRow>(row => row.Id)
        .Text("task_name", row => row.Task.Name, Text)
        .Text("project_name", row => row.Project?.Name, Text)
        .Text("assignee", row => row.AssigneeName, Text)
        .Int("task_id", row => row.Task.Id, Simple)
        .Int("project_id", row => row.Task.ProjectId, Simple)
        .Int("parent_job_id", row => row.Job.ParentJobId, Simple)
        .Choice("state", row => row.State, Simple, Choices.States)
        .Choice("stage", row => row.Stage, Simple, Choices.Stages)
        .Choice("type", row => row.Type, Simple, Choices.JobTypes)
        .Choice("mode", row => row.Task.Data?.Mode ?? "", Simple, Choices.Modes)
        .Choice("dimension", row => row.Task.Data?.Dimension ?? "2d", Simple, Choices.Dimensions)
        .Choice("media_type", row => row.Task.Data?.MediaType ?? "image", Simple, Choices.MediaTypes)
        .Date("updated_date", row => row.UpdatedDate, FieldUses.Listed)
        .Int("project_owner_id", row => row.Project?.OwnerId, FieldUses.None)
        .Int("project_assignee_id", row => row.Project?.AssigneeId, FieldUses.None)
        .Int("task_owner_id", row => row.Task.OwnerId, FieldUses.None)
        .Int("task_assignee_id", row => row.Task.AssigneeId, FieldUses.None)
        .Int("job_assignee_id", row => row.AssigneeId, FieldUses.None);
}
