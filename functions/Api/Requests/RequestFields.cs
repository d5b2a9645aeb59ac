using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Requests;

/// <summary>A request in a list.</summary>
internal readonly struct RequestRow(WorkspaceId workspace, string? slug, WorkRequest request) : IListRow
{
    public WorkRequest Request => request;

    public WorkspaceId Workspace => workspace;

    public string? Slug => slug;
}

/// <summary>What the list of requests can be filtered and sorted by (contract-resources.md §1.9).</summary>
internal static class RequestFields
{
    private const FieldUses Filtered = FieldUses.Filter | FieldUses.Simple;
    private static readonly string[] Statuses = ["queued", "started", "failed", "finished"];
    private static readonly KeyField<RequestRow> Created = new("created_date", FieldUses.Sort, KeyKind.Date, row => row.Request.CreatedDate.UtcTicks);

    public static readonly FieldSet<RequestRow> All =
        new FieldSet<RequestRow>(new TextField<RequestRow>("id", FieldUses.None, row => row.Request.Id)) { DefaultOrder = [new(Created, IsDescending: true)] }
            .Text("action", row => row.Request.Action, Filtered | FieldUses.Sort)
            .Text("target", row => row.Request.Target, Filtered)
            .Text("subresource", row => row.Request.Subresource, Filtered)
            .Text("format", row => row.Request.Format, Filtered)
            .Choice("status", row => row.Request.Status, Filtered | FieldUses.Sort, Statuses)
            .Int("project_id", row => row.Request.ProjectId, Filtered)
            .Int("task_id", row => row.Request.TaskId, Filtered)
            .Int("job_id", row => row.Request.JobId, Filtered)
            .Int("org_id", row => row.Workspace.OrganizationId, Filtered)
            .Text("org", row => row.Slug, Filtered)
            .Date("created_date", row => row.Request.CreatedDate, FieldUses.Sort)
            .Int("owner_id", row => row.Request.OwnerId, FieldUses.None);
}
