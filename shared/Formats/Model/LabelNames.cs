using CvatServerless.Domain.Labels;

namespace CvatServerless.Formats.Model;

/// <summary>A label or sublabel as formats see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Parent">The skeleton's name, for a sublabel.</param>
/// <param name="ParentId">The skeleton's id, for a sublabel.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record NamedLabel(int Id, string Name, string Type, string? Parent, int? ParentId, IReadOnlyList<LabelAttribute> Attributes);

/// <summary>Labels and attributes by id and by name. Sublabels follow their skeleton.</summary>
public sealed class LabelNames
{
    private readonly Dictionary<int, NamedLabel> _byId = [];
    private readonly Dictionary<(int? ParentId, string Name), NamedLabel> _byName = [];
    private readonly Dictionary<int, LabelAttribute> _attributes = [];

    /// <summary>Indexes labels.</summary>
    public LabelNames(IEnumerable<Label> labels)
    {
        var all = new List<NamedLabel>();
        foreach (var label in labels)
        {
            Add(new(label.Id, label.Name, label.Type, null, null, label.Attributes));
            foreach (var sub in label.Sublabels)
            {
                Add(new(sub.Id, sub.Name, sub.Type, label.Name, label.Id, sub.Attributes));
            }
        }

        All = all;

        void Add(NamedLabel label)
        {
            all.Add(label);
            _byId[label.Id] = label;
            _byName[(label.ParentId, label.Name)] = label;
            foreach (var attribute in label.Attributes)
            {
                _attributes[attribute.Id] = attribute;
            }
        }
    }

    /// <summary>Labels and sublabels in order.</summary>
    public IReadOnlyList<NamedLabel> All { get; }

    /// <summary>By id, or null (a label deleted meanwhile).</summary>
    public NamedLabel? Find(int id) => _byId.GetValueOrDefault(id);

    /// <summary>By name among the top-level labels, or below a skeleton.</summary>
    public NamedLabel? Find(string name, int? parentId = null) => _byName.GetValueOrDefault((parentId, name));

    /// <summary>An attribute by id, or null.</summary>
    public LabelAttribute? FindAttribute(int specId) => _attributes.GetValueOrDefault(specId);
}
