using CvatServerless.Domain.Labels;

namespace CvatServerless.Domain.Annotations;

/// <summary>Labels and their attributes by id, as annotations refer to them.</summary>
public sealed class LabelIndex
{
    private readonly Dictionary<int, IndexedLabel> _byId = [];
    private readonly Dictionary<(int? ParentId, string Name), IndexedLabel> _byName = [];
    private readonly Dictionary<int, LabelAttribute> _attributes = [];

    /// <summary>Indexes the labels of a task (its project's, where it has one).</summary>
    public LabelIndex(IEnumerable<Label> labels)
    {
        var ordered = new List<IndexedLabel>();
        foreach (var label in labels)
        {
            Add(ordered, new IndexedLabel(label.Id, label.Name, label.Color, label.Type, null, label.Attributes, label.Svg));
            foreach (var sublabel in label.Sublabels)
            {
                Add(ordered, new IndexedLabel(sublabel.Id, sublabel.Name, sublabel.Color, sublabel.Type, label.Id, sublabel.Attributes, null));
            }
        }

        Ordered = ordered;
    }

    /// <summary>Every label in order, sublabels after their skeleton.</summary>
    public IReadOnlyList<IndexedLabel> Ordered { get; }

    /// <summary>The label or sublabel with that id, or null.</summary>
    public IndexedLabel? Find(int labelId) => _byId.GetValueOrDefault(labelId);

    /// <summary>The label with that name among the top-level ones, or among a skeleton's points, or null.</summary>
    public IndexedLabel? Find(string name, int? parentId = null) => _byName.GetValueOrDefault((parentId, name));

    /// <summary>The attribute with that id of whatever label, or null.</summary>
    public LabelAttribute? FindAttribute(int specId) => _attributes.GetValueOrDefault(specId);

    private void Add(List<IndexedLabel> ordered, IndexedLabel label)
    {
        _byId[label.Id] = label;
        _byName[(label.ParentId, label.Name)] = label;
        foreach (var attribute in label.Attributes)
        {
            _attributes[attribute.Id] = attribute;
        }

        ordered.Add(label);
    }
}

/// <summary>A label or a sublabel, with its attributes parted by whether they may change along a track.</summary>
public sealed class IndexedLabel(
    int id, string name, string color, string type, int? parentId, IReadOnlyList<LabelAttribute> attributes, string? svg)
{
    /// <summary>Its id.</summary>
    public int Id => id;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary><c>#rrggbb</c>.</summary>
    public string Color => color;

    /// <summary>One of <see cref="LabelType"/>.</summary>
    public string Type => type;

    /// <summary>The skeleton that a sublabel belongs to.</summary>
    public int? ParentId => parentId;

    /// <summary>The template of a skeleton.</summary>
    public string? Svg => svg;

    /// <summary>All attributes, in order.</summary>
    public IReadOnlyList<LabelAttribute> Attributes => attributes;

    /// <summary>The attributes that a track has once.</summary>
    public IReadOnlyList<LabelAttribute> Immutable { get; } = [.. attributes.Where(attribute => !attribute.Mutable)];

    /// <summary>The attributes that each key frame may change.</summary>
    public IReadOnlyList<LabelAttribute> Mutable { get; } = [.. attributes.Where(attribute => attribute.Mutable)];

    /// <summary>The attribute with that id, or null.</summary>
    public LabelAttribute? FindAttribute(int specId)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Id == specId)
            {
                return attribute;
            }
        }

        return null;
    }
}
