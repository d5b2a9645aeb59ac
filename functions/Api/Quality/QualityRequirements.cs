using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>A requirement in a list, with the people of its target.</summary>
internal sealed record RequirementRow(WorkspaceId Workspace, QualityRequirement Requirement, StaffFacts Facts) : IListRow;

/// <summary>Requirements of quality settings: who sees the settings sees them, who may change the settings changes them.</summary>
public sealed class QualityRequirements(IWorkspaces workspaces, ISequences sequences, ILocators locators, Lists lists, QualityService settings, TimeProvider time)
{
    /// <summary>Requirements in one call: they are made in one transaction.</summary>
    public const int MaxAtOnce = 50;

    private const int MaxOfSettings = 500;

    /// <summary>All that the actor may see.</summary>
    internal async Task<Page<RequirementRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var query = req.ListQuery(QualityFields.Requirements).And(TaskPolicy.Table.Visible(req.Actor(), req.Scope()));
        var over = await lists.WorkspacesAsync(req.Actor(), req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (_, row) => RequirementRead.Of(row.Requirement, null), ct);

        static void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<RequirementRow> rows)
        {
            foreach (var requirement in view.All<QualityRequirement>())
            {
                if (requirement.TaskId is { } taskId && view.Task(taskId) is { } task)
                {
                    rows.Offer(new(workspace, requirement, TaskPolicy.Facts(task, view.ProjectOf(task))));
                }
                else if (requirement.ProjectId is { } projectId && view.Project(projectId) is { } project)
                {
                    rows.Offer(new(workspace, requirement, ProjectPolicy.Facts(project)));
                }
            }
        }
    }

    /// <summary>One.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    internal async Task<RequirementRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var (workspace, requirement) = await FindAsync(req, id, isChange: false, ct);
        return await MapAsync(workspace, requirement, ct);
    }

    /// <summary>Makes one.</summary>
    /// <exception cref="CvatException">403 or 400.</exception>
    internal async Task<RequirementRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var target = fields.Int("settings_id", required: true, allowNull: false);
        var write = RequirementRules.Read(fields) with { Children = [] };
        fields.Errors.ThrowIfAny();
        return (await CreateAsync(req, target.Value!.Value, [write], ct))[0];
    }

    /// <summary>Makes several with what hangs below them, all or none; answers them in the order of the request, each before its children.</summary>
    /// <exception cref="CvatException">403 or 400.</exception>
    internal async Task<IReadOnlyList<RequirementRead>> CreateManyAsync(HttpRequest req, CancellationToken ct)
    {
        var fields = await Wire.FieldsAsync(req, partial: false, ct);
        var target = fields.Int("settings_id", required: true, allowNull: false);
        var writes = fields.Objects("requirements", item => RequirementRules.Read(item), MaxAtOnce);
        if (writes is null && !fields.Has("requirements"))
        {
            fields.Errors.Add("requirements", "This field is required.");
        }
        else if (writes?.Sum(write => write.Count) is > MaxAtOnce or 0)
        {
            fields.Errors.Add("requirements", $"Give 1 to {MaxAtOnce} requirements, children included.");
        }

        fields.Errors.ThrowIfAny();
        return await CreateAsync(req, target.Value!.Value, writes!, ct);
    }

    /// <summary>Changes one.</summary>
    /// <exception cref="CvatException">404, 403 or 400.</exception>
    internal async Task<RequirementRead> UpdateAsync(HttpRequest req, int id, bool isPartial, CancellationToken ct)
    {
        var (workspace, found) = await FindAsync(req, id, isChange: true, ct);
        var fields = await Wire.FieldsAsync(req, isPartial, ct);
        var write = RequirementRules.Read(fields);
        if (fields.Int("settings_id", allowNull: false) is { IsSet: true, Value: { } other } && other != found.SettingsId)
        {
            fields.Errors.Add("settings_id", "A requirement can't move to other settings.");
        }

        fields.Errors.ThrowIfAny();
        var now = time.GetUtcNow();
        var changed = await ConflictRetry.RunAsync(async () =>
        {
            var read = await workspaces.FindAsync<QualityRequirement>(workspace, found.Key, ct) ?? throw NotFound();
            var requirement = write.Change(read.Value) with { ParentRequirement = write.Parent.Or(read.Value.ParentRequirement), UpdatedDate = now };
            await workspaces.ReadAsync(workspace, view => CheckPlace(view, requirement), ct);
            await workspaces.CommitAsync(workspace, new ChangeSet(req.Actor().UserId).Update(read, requirement), ct);
            return requirement;
        });
        return await MapAsync(workspace, changed, ct);
    }

    /// <summary>Removes one and all that hang below it.</summary>
    /// <exception cref="CvatException">404 or 403.</exception>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var (workspace, found) = await FindAsync(req, id, isChange: true, ct);
        var keys = await workspaces.ReadAsync(workspace, view => Below(OfSettings(view, found), id).Prepend(found).Select(requirement => requirement.Key).ToList(), ct);
        keys.Reverse();
        await workspaces.DeleteAllAsync<QualityRequirement>(workspace, req.Actor().UserId, keys, ct);
    }

    private async Task<IReadOnlyList<RequirementRead>> CreateAsync(HttpRequest req, int settingsId, IReadOnlyList<RequirementWrite> writes, CancellationToken ct)
    {
        var (workspace, target) = await settings.FindAsync(req, settingsId, isChange: true, ct)
            ?? throw CvatException.Field("settings_id", $"Invalid pk \"{settingsId}\" - object does not exist.");
        var next = await sequences.NextAsync(QualityRequirement.Kind, writes.Sum(write => write.Count), ct);
        var now = time.GetUtcNow();
        var made = new List<QualityRequirement>();
        foreach (var write in writes)
        {
            Add(write, write.Parent.Value);
        }

        if (await workspaces.ReadAsync(workspace, view => OfSettings(view, made[0]).Count, ct) + made.Count > MaxOfSettings)
        {
            throw CvatException.Field(FieldErrors.NonField, $"There can be at most {MaxOfSettings} requirements.");
        }

        await workspaces.ReadAsync(workspace, view => made.TrueForAll(requirement => made.Exists(other => other.Id == requirement.ParentRequirement) || CheckPlace(view, requirement)), ct);
        await locators.AddAsync(workspace, QualityRequirement.Kind, [.. made.Select(requirement => requirement.Key)], ct);
        var changes = new ChangeSet(req.Actor().UserId);
        made.ForEach(requirement => changes.Create(requirement));
        await workspaces.CommitAsync(workspace, changes, ct);
        return await workspaces.ReadAsync(workspace, view => made.ConvertAll(requirement => Map(view, requirement)), ct);

        void Add(RequirementWrite write, int? parent)
        {
            var requirement = write.Change(new QualityRequirement
            {
                Id = next++,
                SettingsId = target.Id,
                TaskId = target.TaskId,
                ProjectId = target.ProjectId,
                ParentRequirement = parent,
                Name = "",
                Options = new(),
                CreatedDate = now,
                UpdatedDate = now,
            });
            made.Add(requirement);
            foreach (var child in write.Children)
            {
                Add(child, requirement.Id);
            }
        }
    }

    /// <summary>Whether it may hang where it says.</summary>
    /// <exception cref="CvatException">400: its parent is not there, or is below it; a root lacks its type.</exception>
    private static bool CheckPlace(IWorkspaceView view, QualityRequirement requirement)
    {
        var all = OfSettings(view, requirement);
        if (requirement.ParentRequirement is not { } parent)
        {
            return requirement.Options.AnnotationType is not null
                ? true
                : throw CvatException.Field("annotation_type", "A requirement without a parent must say which annotations it is about.");
        }

        return all.Exists(other => other.Id == parent) && parent != requirement.Id && Below(all, requirement.Id).All(other => other.Id != parent)
            ? true
            : throw CvatException.Field("parent_requirement", "It must be another requirement of the same settings that is not below this one.");
    }

    private static List<QualityRequirement> OfSettings(IWorkspaceView view, QualityRequirement requirement)
    {
        var (kind, id) = requirement.TaskId is { } task ? (AnnotationTask.Kind, task) : (Project.Kind, requirement.ProjectId!.Value);
        return [.. view.Children<QualityRequirement>(kind, EntityKey.Of(id))];
    }

    private static IEnumerable<QualityRequirement> Below(List<QualityRequirement> all, int id)
    {
        var seen = new HashSet<int> { id };
        var queue = new Queue<int>([id]);
        while (queue.TryDequeue(out var parent))
        {
            foreach (var child in all.Where(other => other.ParentRequirement == parent && seen.Add(other.Id)))
            {
                queue.Enqueue(child.Id);
                yield return child;
            }
        }
    }

    private async Task<(WorkspaceId Workspace, QualityRequirement Requirement)> FindAsync(HttpRequest req, int id, bool isChange, CancellationToken ct)
    {
        var key = EntityKey.Of(id);
        var (workspace, requirement) = await locators.ReadAsync(QualityRequirement.Kind, key, ReadAsync, ct) ?? throw NotFound();
        return await settings.FindAsync(req, requirement.SettingsId, isChange, ct) is null ? throw NotFound() : (workspace, requirement);

        Task<Tuple<WorkspaceId, QualityRequirement>?> ReadAsync(WorkspaceId place) =>
            workspaces.ReadAsync(place, view => view.Find<QualityRequirement>(key) is { } found ? Tuple.Create(place, found) : null, ct);
    }

    private Task<RequirementRead> MapAsync(WorkspaceId workspace, QualityRequirement requirement, CancellationToken ct) =>
        workspaces.ReadAsync(workspace, view => Map(view, requirement), ct);

    private static RequirementRead Map(IWorkspaceView view, QualityRequirement requirement)
    {
        var stored = view.Find<QualitySettings>(EntityKey.Of(requirement.SettingsId)) ?? QualitySettings.Untouched(requirement.SettingsId);
        return RequirementRead.Of(requirement, requirement.Effective(stored, id => view.Find<QualityRequirement>(EntityKey.Of(id))));
    }

    private static CvatException NotFound() => CvatException.NotFound("No QualityRequirement matches the given query.");
}
