using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>The fields that tags, shapes, tracks and intervals share.</summary>
internal sealed class CommonFields(JsonElement owner, FieldErrors errors, AnnotationAction action, AttributeParser attributes, bool hasScore)
{
    private bool _hasLabel;
    private bool _hasFrame;
    private bool _hasId;

    public long Id { get; private set; }

    public int LabelId { get; private set; }

    public int Frame { get; private set; }

    public int Group { get; private set; }

    public AnnotationSource Source { get; private set; }

    public double Score { get; private set; } = 1;

    public AttributeValue[] Attributes { get; private set; } = [];

    public bool Read(JsonElement json, Func<string, JsonElement, FieldErrors, bool> own, bool needsFrame)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(FieldErrors.NonField, DrfFields.NotAnObject(json.ValueKind));
            return false;
        }

        foreach (var property in json.EnumerateObject())
        {
            if (!ReadOne(property.Name, property.Value))
            {
                own(property.Name, property.Value, errors);
            }
        }

        if (!_hasLabel)
        {
            errors.Add("label_id", DrfFields.Required);
        }

        if (needsFrame && !_hasFrame)
        {
            errors.Add("frame", DrfFields.Required);
        }

        if (!_hasId && action == AnnotationAction.Delete)
        {
            errors.Add("id", "must be present and not null");
        }

        return errors.IsEmpty;
    }

    private bool ReadOne(string name, JsonElement value)
    {
        switch (name)
        {
            case "id":
                ReadId(value);
                return true;
            case "label_id":
                _hasLabel = true;
                LabelId = DrfFields.Integer(value, name, errors, 0);
                return true;
            case "frame":
                _hasFrame = true;
                Frame = DrfFields.Integer(value, name, errors, 0);
                return true;
            case "group":
                Group = value.ValueKind == JsonValueKind.Null ? 0 : DrfFields.Integer(value, name, errors, 0);
                return true;
            case "source":
                ReadSource(value);
                return true;
            case "score" when hasScore:
                Score = DrfFields.Number(value, name, errors, 0, 1);
                return true;
            case "attributes":
                Attributes = attributes.Read(value, errors);
                return true;
            default:
                return false;
        }
    }

    private void ReadId(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        _hasId = true;
        Id = DrfFields.Long(value, "id", errors);
        if (action is AnnotationAction.Replace or AnnotationAction.Create)
        {
            errors.Add("id", "must be absent");
        }
    }

    private void ReadSource(JsonElement value)
    {
        if (DrfFields.PythonText(value) is { } word && AnnotationWords.TryParse(word, out AnnotationSource source))
        {
            Source = source;
        }
        else if (!(owner.TryGetProperty("id"u8, out var id) && id.ValueKind != JsonValueKind.Null))
        {
            // Objects that were stored long ago may carry sources of that time: with an id they pass as manual (contract-annotations.md §1.2).
            errors.Add("source", $"The value must be one of: {string.Join(", ", AnnotationWords.AllowedSources)}");
        }
    }
}
