using CvatServerless.Domain.Labels;
using CvatServerless.Functions.Api.Labels;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Projects;

/// <summary>A new or changed project.</summary>
internal sealed record ProjectWrite
{
    public required Optional<string> Name { get; init; }

    public required Optional<int?> OwnerId { get; init; }

    public required Optional<int?> AssigneeId { get; init; }

    public required Optional<string> BugTracker { get; init; }

    public required IReadOnlyList<LabelWrite>? Labels { get; init; }

    public required Optional<StorageWrite> SourceStorage { get; init; }

    public required Optional<StorageWrite> TargetStorage { get; init; }

    public required Optional<int?> OrganizationId { get; init; }
}

/// <summary>Requests of the tag <c>projects</c>.</summary>
internal static class ProjectRules
{
    /// <summary>Reads a project to create or change.</summary>
    public static ProjectWrite Read(FieldReader fields)
    {
        var write = new ProjectWrite
        {
            Name = fields.Text("name", 256, required: true),
            OwnerId = fields.Int("owner_id", min: 0),
            AssigneeId = fields.Int("assignee_id", min: 0),
            BugTracker = fields.Text("bug_tracker", 2000, allowBlank: true),
            Labels = LabelRules.Labels(fields),
            SourceStorage = DefaultStorages.Read(fields, "source_storage"),
            TargetStorage = DefaultStorages.Read(fields, "target_storage"),
            OrganizationId = fields.IsPartial ? fields.Int("organization_id", min: 0) : default,
        };
        fields.Errors.ThrowIfAny();
        return write;
    }
}
