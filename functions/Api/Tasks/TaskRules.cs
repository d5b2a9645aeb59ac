using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Labels;
using CvatServerless.Functions.Api.Labels;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Tasks;

/// <summary>A new or changed task.</summary>
internal sealed record TaskWrite
{
    public required Optional<string> Name { get; init; }

    public required Optional<int?> ProjectId { get; init; }

    public required Optional<int?> OwnerId { get; init; }

    public required Optional<int?> AssigneeId { get; init; }

    public required Optional<string> BugTracker { get; init; }

    public required Optional<int?> Overlap { get; init; }

    public required Optional<int?> SegmentSize { get; init; }

    public required Optional<int?> InitialReplicas { get; init; }

    public required Optional<string> Subset { get; init; }

    public required IReadOnlyList<LabelWrite>? Labels { get; init; }

    public required Optional<StorageWrite> SourceStorage { get; init; }

    public required Optional<StorageWrite> TargetStorage { get; init; }

    public required Optional<int?> OrganizationId { get; init; }
}

/// <summary>Requests of the tag <c>tasks</c>.</summary>
internal static class TaskRules
{
    private const int MaxReplicas = 10;

    /// <summary>Reads a task to create or change.</summary>
    public static TaskWrite Read(FieldReader fields)
    {
        var write = new TaskWrite
        {
            Name = fields.Text("name", 256, required: true),
            ProjectId = fields.Int("project_id", min: 0),
            OwnerId = fields.Int("owner_id", min: 0),
            AssigneeId = fields.Int("assignee_id", min: 0),
            BugTracker = fields.Text("bug_tracker", 2000, allowBlank: true),
            Overlap = fields.Int("overlap", min: 0),
            SegmentSize = fields.Int("segment_size", min: 0),
            InitialReplicas = fields.Int(fields.Has("initial_replicas") ? "initial_replicas" : "consensus_replicas", min: 0, max: MaxReplicas),
            Subset = fields.Text("subset", 64, allowBlank: true),
            Labels = LabelRules.Labels(fields),
            SourceStorage = DefaultStorages.Read(fields, "source_storage"),
            TargetStorage = DefaultStorages.Read(fields, "target_storage"),
            OrganizationId = fields.IsPartial ? fields.Int("organization_id", min: 0) : default,
        };
        fields.Errors.ThrowIfAny();
        if (write.InitialReplicas.Value == 1)
        {
            throw CvatException.Field("initial_replicas", "Must be 0 or more than 1.");
        }

        return write;
    }

    /// <summary>A new task has labels of its own or a project.</summary>
    /// <exception cref="CvatException">400: neither or both.</exception>
    public static void RequireLabelsOrProject(TaskWrite write)
    {
        var hasLabels = write.Labels is { Count: > 0 };
        if (write.ProjectId.Value is null && !hasLabels)
        {
            throw CvatException.Rule("Label set or project_id must be present");
        }

        if (write.ProjectId.Value is not null && hasLabels)
        {
            throw CvatException.Rule("Project must have only one of Label set or project_id");
        }
    }
}
