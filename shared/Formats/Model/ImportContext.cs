using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Labels;

namespace CvatServerless.Formats.Model;

/// <summary>The task or job that a dataset is read for.</summary>
public sealed record ImportContext
{
    /// <summary>Labels of the task or its project.</summary>
    public required IReadOnlyList<Label> Labels { get; init; }

    /// <summary>Frames that annotations may lie on: the task's or the job's, deleted ones included.</summary>
    public required IReadOnlyList<ExportFrame> Frames { get; init; }

    /// <summary>Whether the media is a video: frames are then found by number.</summary>
    public bool IsVideo { get; init; }

    /// <summary>Whether masks become polygons, in formats that do that (<c>conv_mask_to_poly</c>).</summary>
    public bool ConvertMasksToPolygons { get; init; } = true;

    /// <summary>Names of labels and attributes.</summary>
    public LabelIndex Names => _names ??= new(Labels);

    private LabelIndex? _names;

    /// <summary>A label by name.</summary>
    /// <exception cref="DatasetException">It is not registered.</exception>
    public IndexedLabel Label(string name, string item, int number, string kind) => Names.Find(name)
        ?? throw new DatasetException($"Image {item}: can't import annotation #{number} ({kind}): Label '{name}' is not registered for this task");

    /// <summary>Attribute values by name, in the label's own form; unknown ones are left out.</summary>
    /// <exception cref="DatasetException">A checkbox is neither true nor false.</exception>
    public static AttributeValue[] Attributes(IndexedLabel label, IEnumerable<(string Name, string Value)> values)
    {
        var found = new List<AttributeValue>();
        foreach (var (name, value) in values)
        {
            if (label.Attributes.FirstOrDefault(attribute => attribute.Name == name) is { } spec)
            {
                found.Add(new(spec.Id, spec.InputType == "checkbox" ? Checkbox(name, value) : value));
            }
        }

        return [.. found];
    }

    private static string Checkbox(string name, string value) => value.ToLowerInvariant() switch
    {
        "true" or "1" => "true",
        "false" or "0" => "false",
        _ => throw new DatasetException($"Failed to convert attribute '{name}'='{value}': a checkbox must be true or false"),
    };
}
