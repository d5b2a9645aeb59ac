using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Labels;

/// <summary>Carries out what a request's <c>labels</c> say, in the transaction of the owner's change.</summary>
public sealed class LabelEditor(IWorkspaces workspaces, ISequences sequences, ILocators locators)
{
    /// <summary>The sequence of attribute ids.</summary>
    public const string AttributeSequence = "attribute";

    /// <summary>The labels of a new owner.</summary>
    public async Task<IReadOnlyList<Label>> CreateAsync(WorkspaceId workspace, LabelOwner owner, IReadOnlyList<LabelWrite> writes, CancellationToken ct)
    {
        var plan = await PlanAsync(owner, [], writes, ct);
        await LocateAsync(workspace, plan.Created, ct);
        return plan.Created;
    }

    /// <summary>Adds the changes of an existing owner's labels to <paramref name="changes"/>; one attempt of a conflict retry.</summary>
    /// <returns>Whether there is any.</returns>
    public async Task<bool> ChangeAsync(
        WorkspaceId workspace, LabelOwner owner, IReadOnlyList<LabelWrite> writes, ChangeSet changes, CancellationToken ct)
    {
        var existing = await workspaces.ReadAsync(workspace, view => Existing(view, owner), ct);
        var touched = new Dictionary<int, Versioned<Label>>();
        foreach (var id in writes.Select(write => write.Id).OfType<int>().Distinct().Where(id => existing.Any(label => label.Id == id)))
        {
            if (await workspaces.FindAsync<Label>(workspace, EntityKey.Of(id), ct) is { } read)
            {
                touched[id] = read;
            }
        }

        var current = existing.Select(label => touched.TryGetValue(label.Id, out var read) ? read.Value : label).ToList();
        var plan = await PlanAsync(owner, current, writes, ct);
        await LocateAsync(workspace, plan.Created, ct);
        foreach (var label in plan.Deleted)
        {
            changes.Delete(touched[label.Id]);
        }

        foreach (var label in plan.Updated)
        {
            changes.Update(touched[label.Id], label);
        }

        foreach (var label in plan.Created)
        {
            changes.Create(label);
        }

        return !plan.IsEmpty;
    }

    private static IReadOnlyCollection<Label> Existing(IWorkspaceView view, LabelOwner owner) =>
        owner.ProjectId is { } project
            ? view.LabelsOfProject(project)
            : view.Children<Label>(AnnotationTask.Kind, EntityKey.Of(owner.TaskId!.Value));

    private async Task<LabelPlan> PlanAsync(LabelOwner owner, IReadOnlyCollection<Label> existing, IReadOnlyList<LabelWrite> writes, CancellationToken ct)
    {
        var labelIds = await ReserveAsync(Label.Kind, LabelPlan.LabelIds(writes), ct);
        var attributeIds = await ReserveAsync(AttributeSequence, LabelPlan.AttributeIds(writes), ct);
        return LabelPlan.Make(owner, existing, writes, labelIds, attributeIds);
    }

    private async Task<IdBlock> ReserveAsync(string sequence, int count, CancellationToken ct) =>
        new(count == 0 ? 0 : await sequences.NextAsync(sequence, count, ct));

    private async Task LocateAsync(WorkspaceId workspace, IReadOnlyList<Label> labels, CancellationToken ct)
    {
        if (labels.Count > 0)
        {
            var keys = labels.SelectMany(label => label.Sublabels.Select(sub => sub.Id).Prepend(label.Id)).Select(EntityKey.Of).ToList();
            await locators.AddAsync(workspace, Label.Kind, keys, ct);
        }
    }
}
