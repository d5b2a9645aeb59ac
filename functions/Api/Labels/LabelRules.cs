using System.Text.RegularExpressions;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Labels;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Labels;

/// <summary>The items of <c>labels</c> in requests.</summary>
internal static partial class LabelRules
{
    private const int MaxLabels = 2000;
    private const int MaxValueLength = 200;
    private const int MaxValuesLength = 4096;
    private static readonly string[] InputTypes = ["checkbox", "radio", "number", "text", "select"];

    /// <summary>Reads the field <c>labels</c>; null where it is absent or wrong.</summary>
    public static IReadOnlyList<LabelWrite>? Labels(FieldReader fields) =>
        fields.Objects("labels", item => Label(item, isNested: true), MaxLabels, fields.IsPartial);

    /// <summary>Reads one label.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="isNested">It is an item of <c>labels</c>, where a label without id is a new one.</param>
    public static LabelWrite Label(FieldReader fields, bool isNested)
    {
        var id = fields.Int("id", min: 0).Value;
        var deleted = fields.Bool("deleted").Value;
        var isNew = isNested && id is null && !deleted;
        var write = new LabelWrite
        {
            Id = id,
            Name = Name(fields, isNew),
            Color = Color(fields),
            Type = fields.Choice("type", [.. LabelType.All]).Value,
            Attributes = fields.Objects("attributes", Attribute, MaxLabels, itemsPartial: true),
            Sublabels = fields.Objects("sublabels", item => Label(item, isNested: true), MaxLabels),
            Svg = fields.Text("svg", 262_144, allowBlank: true, trim: false).Value,
            Deleted = deleted,
        };
        if (isNested && deleted && id is null)
        {
            fields.Errors.Add(FieldErrors.NonField, "Deleted label must have an ID");
        }

        return write;
    }

    private static string? Name(FieldReader fields, bool isNew)
    {
        var name = fields.Text("name", 64);
        if (isNew && !fields.Has("name"))
        {
            fields.Errors.Add("name", "This field is required.");
        }

        return name.Value;
    }

    private static string? Color(FieldReader fields)
    {
        var color = fields.Text("color", 8, allowBlank: true).Value?.ToLowerInvariant();
        if (color is { Length: > 0 } && !HexColor().IsMatch(color))
        {
            fields.Errors.Add("color", "Not a valid color: expected #rrggbb.");
        }

        return color;
    }

    private static AttributeWrite Attribute(FieldReader fields)
    {
        var id = fields.Int("id", min: 0).Value;
        var deleted = fields.Bool("deleted").Value;
        var write = new AttributeWrite
        {
            Id = id,
            Name = fields.Text("name", 64).Value,
            Mutable = fields.Bool("mutable") is { IsSet: true } mutable ? mutable.Value : null,
            InputType = fields.Choice("input_type", InputTypes).Value,
            DefaultValue = fields.Text("default_value", 128, allowBlank: true).Value,
            Values = fields.Texts("values", MaxValueLength),
            Deleted = deleted,
        };
        if (id is null && !deleted)
        {
            foreach (var name in (string[])["name", "mutable", "input_type", "values"])
            {
                if (!fields.Has(name))
                {
                    fields.Errors.Add(name, "This field is required.");
                }
            }
        }

        if (write.Values?.Sum(value => value.Length + 1) > MaxValuesLength)
        {
            fields.Errors.Add("values", $"Ensure that all values together have no more than {MaxValuesLength} characters.");
        }

        return write;
    }

    [GeneratedRegex("^#[0-9a-f]{6}$")]
    private static partial Regex HexColor();
}
