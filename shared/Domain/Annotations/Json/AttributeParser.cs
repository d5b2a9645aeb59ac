using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>Turns the JSON of attribute values into the model.</summary>
internal sealed class AttributeParser
{
    private const int MaxLength = 4096;
    private const int MaxPooledTexts = 4096;

    // Values repeat over and over in a job: one string serves them all.
    private readonly HashSet<string> _texts = [];

    /// <summary>Reads a list of them; what is wrong is added under <c>attributes</c>.</summary>
    public AttributeValue[] Read(JsonElement json, FieldErrors errors)
    {
        var boxes = DrfFields.Many(json, "attributes", errors, One);
        return boxes.Length == 0 ? [] : Array.ConvertAll(boxes, box => box.Value);
    }

    private Boxed? One(JsonElement json, FieldErrors errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(FieldErrors.NonField, DrfFields.NotAnObject(json.ValueKind));
            return null;
        }

        int? specId = null;
        string? text = null;
        foreach (var property in json.EnumerateObject())
        {
            if (property.NameEquals("spec_id"u8))
            {
                specId = DrfFields.Integer(property.Value, "spec_id", errors);
            }
            else if (property.NameEquals("value"u8) && !DrfFields.NullAdded(property.Value, "value", errors))
            {
                text = TextOf(property.Value, errors);
            }
        }

        if (specId is null)
        {
            errors.Add("spec_id", DrfFields.Required);
        }

        if (text is null && !errors.Items.ContainsKey("value"))
        {
            errors.Add("value", DrfFields.Required);
        }

        return errors.IsEmpty ? new Boxed(new AttributeValue(specId!.Value, Pooled(text!))) : null;
    }

    private static string? TextOf(JsonElement value, FieldErrors errors)
    {
        var text = DrfFields.PythonText(value);
        if (text is null)
        {
            errors.Add("value", "Not a valid string.");
        }
        else if (text.Length > MaxLength)
        {
            errors.Add("value", $"Ensure this field has no more than {MaxLength} characters.");
        }
        else if (text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add("value", "Null characters are not allowed.");
        }

        return text;
    }

    private string Pooled(string text)
    {
        if (_texts.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_texts.Count < MaxPooledTexts)
        {
            _texts.Add(text);
        }

        return text;
    }

    /// <summary>Lets a value stand where null means 'wrong'.</summary>
    private sealed record Boxed(AttributeValue Value);
}
