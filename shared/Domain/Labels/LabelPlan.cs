using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Labels;

/// <summary>Ids that were reserved in a row.</summary>
/// <param name="first">The first of them.</param>
public sealed class IdBlock(int first)
{
    private int _next = first;

    /// <summary>The next id.</summary>
    public int Next() => _next++;
}

/// <summary>What a request's <c>labels</c> do to the labels of a project or task; computed without any I/O.</summary>
/// <param name="Created">New labels.</param>
/// <param name="Updated">Labels that change.</param>
/// <param name="Deleted">Labels that go, with their annotations.</param>
public sealed record LabelPlan(IReadOnlyList<Label> Created, IReadOnlyList<Label> Updated, IReadOnlyList<Label> Deleted)
{
    /// <summary>Nothing to do.</summary>
    public bool IsEmpty => Created.Count + Updated.Count + Deleted.Count == 0;

    /// <summary>How many label ids a plan can use at most.</summary>
    public static int LabelIds(IEnumerable<LabelWrite> writes) => writes.Sum(write => 1 + (write.Sublabels?.Count ?? 0));

    /// <summary>How many attribute ids a plan can use at most.</summary>
    public static int AttributeIds(IEnumerable<LabelWrite> writes) =>
        writes.Sum(write => (write.Attributes?.Count ?? 0) + (write.Sublabels?.Sum(sub => sub.Attributes?.Count ?? 0) ?? 0));

    /// <summary>Makes the plan.</summary>
    /// <param name="owner">The owner's ids, as a label without content: project or task.</param>
    /// <param name="existing">The owner's labels.</param>
    /// <param name="writes">The request's items, in order.</param>
    /// <param name="labelIds">At least <see cref="LabelIds"/> ids.</param>
    /// <param name="attributeIds">At least <see cref="AttributeIds"/> ids.</param>
    /// <exception cref="CvatException">400: names clash; 404: an id is unknown.</exception>
    public static LabelPlan Make(
        LabelOwner owner, IReadOnlyCollection<Label> existing, IReadOnlyList<LabelWrite> writes, IdBlock labelIds, IdBlock attributeIds)
    {
        var current = existing.ToDictionary(label => label.Id);
        var created = new List<Label>();
        var updated = new Dictionary<int, Label>();
        var deleted = new List<Label>();
        foreach (var write in writes)
        {
            if (write.Id is not { } id)
            {
                created.Add(Create(owner, write, Taken(current.Values.Concat(created)), labelIds, attributeIds));
                continue;
            }

            var label = current.GetValueOrDefault(id) ?? throw NotFound(id, write.Deleted);
            if (write.Deleted)
            {
                current.Remove(id);
                updated.Remove(id);
                deleted.Add(label);
                continue;
            }

            updated[id] = current[id] = Change(label, write, Taken(current.Values.Where(other => other.Id != id).Concat(created)), attributeIds);
        }

        RequireUnique(current.Values.Concat(created).Select(label => label.Name));
        return new(created, [.. updated.Values], deleted);
    }

    /// <summary>Changes one label. A colour that isn't given is chosen anew, as the contract has it.</summary>
    public static Label Change(Label label, LabelWrite write, IReadOnlySet<string> taken, IdBlock attributeIds)
    {
        var name = write.Name ?? label.Name;
        var type = write.Type is { } asked && asked != LabelType.Skeleton && label.Type != LabelType.Skeleton ? asked : label.Type;
        return label with
        {
            Name = name,
            Type = type,
            Color = string.IsNullOrEmpty(write.Color) ? LabelColor.For(name, taken) : write.Color,
            Attributes = Attributes(label.Attributes, write.Attributes ?? [], attributeIds),
        };
    }

    /// <summary>Colours in use.</summary>
    public static IReadOnlySet<string> Taken(IEnumerable<Label> labels) => labels.Select(label => label.Color).ToHashSet(StringComparer.Ordinal);

    private static CvatException NotFound(int id, bool delete) =>
        CvatException.NotFound($"Not found label with id #{id} to {(delete ? "delete" : "change")}");

    private static Label Create(LabelOwner owner, LabelWrite write, IReadOnlySet<string> taken, IdBlock labelIds, IdBlock attributeIds)
    {
        var id = labelIds.Next();
        var type = write.Type ?? LabelType.Any;
        var sublabels = type == LabelType.Skeleton ? Sublabels(write.Sublabels ?? [], labelIds, attributeIds) : [];
        var name = write.Name ?? "";
        return new()
        {
            Id = id,
            ProjectId = owner.ProjectId,
            TaskId = owner.TaskId,
            Name = name,
            Type = type,
            Color = string.IsNullOrEmpty(write.Color) ? LabelColor.For(name, taken) : write.Color,
            Attributes = Attributes([], write.Attributes ?? [], attributeIds),
            Sublabels = sublabels,
            Svg = type == LabelType.Skeleton ? SkeletonSvg.Bind(write.Svg ?? "", sublabels.ToDictionary(sub => sub.Name, sub => sub.Id)) : null,
        };
    }

    private static List<Sublabel> Sublabels(IReadOnlyList<LabelWrite> writes, IdBlock labelIds, IdBlock attributeIds)
    {
        RequireUnique(writes.Select(write => write.Name ?? ""));
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var sublabels = new List<Sublabel>(writes.Count);
        foreach (var write in writes)
        {
            var name = write.Name ?? "";
            var color = string.IsNullOrEmpty(write.Color) ? LabelColor.For(name, taken) : write.Color;
            taken.Add(color);
            sublabels.Add(new()
            {
                Id = labelIds.Next(),
                Name = name,
                Color = color,
                Type = write.Type ?? LabelType.Points,
                Attributes = Attributes([], write.Attributes ?? [], attributeIds),
            });
        }

        return sublabels;
    }

    private static List<LabelAttribute> Attributes(IReadOnlyList<LabelAttribute> existing, IReadOnlyList<AttributeWrite> writes, IdBlock ids)
    {
        var attributes = existing.ToList();
        foreach (var write in writes)
        {
            var at = write.Id is { } id ? attributes.FindIndex(attribute => attribute.Id == id) : attributes.FindIndex(attribute => attribute.Name == write.Name);
            if (write.Id is { } unknown && at < 0)
            {
                throw CvatException.NotFound($"Not found attribute with id #{unknown} to change");
            }

            if (write.Deleted)
            {
                if (at >= 0)
                {
                    attributes.RemoveAt(at);
                }
            }
            else if (at >= 0 && (write.Id is not null || existing.Any(attribute => attribute.Name == write.Name)))
            {
                attributes[at] = Merge(attributes[at], write);
            }
            else
            {
                attributes.Add(Merge(new() { Id = ids.Next(), Name = "", InputType = "text" }, write));
            }
        }

        return attributes.GroupBy(attribute => attribute.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw CvatException.Rule($"Duplicate attribute with name '{twice.Key}' exists")
            : attributes;
    }

    private static LabelAttribute Merge(LabelAttribute attribute, AttributeWrite write) => attribute with
    {
        Name = write.Name ?? attribute.Name,
        Mutable = write.Mutable ?? attribute.Mutable,
        InputType = write.InputType ?? attribute.InputType,
        DefaultValue = write.DefaultValue ?? attribute.DefaultValue,
        Values = write.Values ?? attribute.Values,
    };

    private static void RequireUnique(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!names.All(seen.Add))
        {
            throw CvatException.Rule("All label names must be unique");
        }
    }
}

/// <summary>Whose labels they are: exactly one of both.</summary>
public readonly record struct LabelOwner(int? ProjectId, int? TaskId);
