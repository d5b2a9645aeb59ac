using CvatServerless.Domain.Labels;

namespace CvatServerless.Functions.Api.Labels;

/// <summary>Labels as clients see them.</summary>
internal static class LabelMapping
{
    /// <summary>A top-level label.</summary>
    public static LabelRead ToRead(Label label) => new()
    {
        Id = label.Id,
        Name = label.Name,
        Color = label.Color,
        Attributes = Attributes(label.Attributes),
        Type = label.Type,
        Svg = label.Type == LabelType.Skeleton ? label.Svg ?? "" : null,
        Sublabels = [.. label.Sublabels.Select(sub => new SublabelRead(sub.Id, sub.Name, sub.Color, Attributes(sub.Attributes), sub.Type, HasParent: true))],
        ProjectId = label.ProjectId,
        TaskId = label.TaskId,
        HasParent = false,
    };

    /// <summary>A sublabel by itself.</summary>
    public static LabelRead ToRead(Label parent, Sublabel label) => new()
    {
        Id = label.Id,
        Name = label.Name,
        Color = label.Color,
        Attributes = Attributes(label.Attributes),
        Type = label.Type,
        Sublabels = [],
        ProjectId = parent.ProjectId,
        TaskId = parent.TaskId,
        ParentId = parent.Id,
        HasParent = true,
    };

    private static List<AttributeRead> Attributes(IReadOnlyList<LabelAttribute> attributes) =>
        [.. attributes.Select(a => new AttributeRead(a.Id, a.Name, a.Mutable, a.InputType, a.DefaultValue, a.Values))];
}
