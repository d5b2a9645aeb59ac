using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>
/// Turns the JSON of one object into the model. Unknown fields are ignored; what is wrong is collected by field. The rules on ids depend on the action:
/// contract-annotations.md §1.4.
/// </summary>
internal sealed class AnnotationObjectParser(AnnotationAction action)
{
    private const int MaxAttributeLength = 4096;
    private const int MaxPooledTexts = 4096;

    // Attribute values repeat over and over in a job: one string serves them all.
    private readonly HashSet<string> _texts = [];

    private enum Role
    {
        Root,
        Element,
    }

    public LabeledTag? Tag(JsonElement json, FieldErrors errors)
    {
        var common = new CommonFields(json, errors, this, hasScore: false);
        if (!common.Read(json, static (_, _, _) => false, needsFrame: true))
        {
            return null;
        }

        return new LabeledTag
        {
            Id = common.Id,
            LabelId = common.LabelId,
            Frame = common.Frame,
            Group = common.Group,
            Source = common.Source,
            Attributes = common.Attributes,
        };
    }

    public LabeledShape? Shape(JsonElement json, FieldErrors errors) => Shape(json, errors, Role.Root);

    public LabeledTrack? Track(JsonElement json, FieldErrors errors) => Track(json, errors, Role.Root);

    public LabeledInterval? Interval(JsonElement json, FieldErrors errors)
    {
        var common = new CommonFields(json, errors, this, hasScore: true);
        int? start = null, stop = null;
        var stopSeen = false;
        var ok = common.Read(json, Own, needsFrame: false);
        if (ok && start is null && !errors.Items.ContainsKey("start"))
        {
            errors.Add("start", DrfFields.Required);
        }

        if (ok && !stopSeen)
        {
            errors.Add("stop", DrfFields.Required);
        }

        if (start > stop)
        {
            errors.Add(FieldErrors.NonField, "start must be <= stop");
        }

        return !errors.IsEmpty ? null : new LabeledInterval
        {
            Id = common.Id,
            LabelId = common.LabelId,
            StartMs = start!.Value,
            StopMs = stop,
            Group = common.Group,
            Source = common.Source,
            Score = common.Score,
            Attributes = common.Attributes,
        };

        bool Own(string name, JsonElement value, FieldErrors into)
        {
            switch (name)
            {
                case "start":
                    start = DrfFields.Integer(value, name, into, 0);
                    return true;
                case "stop":
                    stopSeen = true;
                    stop = value.ValueKind == JsonValueKind.Null ? null : DrfFields.Integer(value, name, into, 0);
                    return true;
                default:
                    return false;
            }
        }
    }

    private LabeledShape? Shape(JsonElement json, FieldErrors errors, Role role)
    {
        var common = new CommonFields(json, errors, this, hasScore: true);
        var geometry = new GeometryFields();
        LabeledShape[] elements = [];
        if (!common.Read(json, Own, needsFrame: true))
        {
            return null;
        }

        geometry.Check(errors);
        if (role == Role.Root && geometry.HasType && !errors.Items.ContainsKey("elements") && GeometryRules.Elements(geometry.Type, elements.Length) is { } wrong)
        {
            errors.Add("elements", wrong);
        }

        return !errors.IsEmpty ? null : new LabeledShape
        {
            Id = common.Id,
            LabelId = common.LabelId,
            Type = geometry.Type,
            Frame = common.Frame,
            Group = common.Group,
            Source = common.Source,
            Score = common.Score,
            Occluded = geometry.Occluded,
            Outside = geometry.Outside,
            ZOrder = geometry.ZOrder,
            Rotation = geometry.Rotation,
            Points = geometry.Points,
            Attributes = common.Attributes,
            Elements = elements,
        };

        bool Own(string name, JsonElement value, FieldErrors into)
        {
            if (name != "elements")
            {
                return geometry.Read(name, value, into);
            }

            elements = role == Role.Root ? Many(value, name, into, (item, itemErrors) => Shape(item, itemErrors, Role.Element)) : [];
            return true;
        }
    }

    private LabeledTrack? Track(JsonElement json, FieldErrors errors, Role role)
    {
        var common = new CommonFields(json, errors, this, hasScore: false);
        TrackedShape[]? shapes = null;
        LabeledTrack[] elements = [];
        if (!common.Read(json, Own, needsFrame: true))
        {
            return null;
        }

        if (shapes is null && !errors.Items.ContainsKey("shapes"))
        {
            errors.Add("shapes", DrfFields.Required);
        }

        return !errors.IsEmpty ? null : new LabeledTrack
        {
            Id = common.Id,
            LabelId = common.LabelId,
            Frame = common.Frame,
            Group = common.Group,
            Source = common.Source,
            Shapes = shapes!,
            Attributes = common.Attributes,
            Elements = elements,
        };

        bool Own(string name, JsonElement value, FieldErrors into)
        {
            switch (name)
            {
                case "shapes":
                    shapes = Many(value, name, into, KeyFrame);
                    return true;
                case "elements":
                    elements = role == Role.Root ? Many(value, name, into, (item, itemErrors) => Track(item, itemErrors, Role.Element)) : [];
                    return true;
                default:
                    return false;
            }
        }
    }

    private TrackedShape? KeyFrame(JsonElement json, FieldErrors errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(FieldErrors.NonField, DrfFields.NotAnObject(json.ValueKind));
            return null;
        }

        var geometry = new GeometryFields();
        int? frame = null;
        AttributeValue[] attributes = [];
        foreach (var property in json.EnumerateObject())
        {
            switch (property.Name)
            {
                case "frame":
                    frame = DrfFields.Integer(property.Value, "frame", errors, 0);
                    break;
                case "attributes":
                    attributes = Attributes(property.Value, errors);
                    break;
                default:
                    geometry.Read(property.Name, property.Value, errors);
                    break;
            }
        }

        if (frame is null)
        {
            errors.Add("frame", DrfFields.Required);
        }

        geometry.Check(errors);
        return !errors.IsEmpty ? null : new TrackedShape
        {
            Type = geometry.Type,
            Frame = frame!.Value,
            Occluded = geometry.Occluded,
            Outside = geometry.Outside,
            ZOrder = geometry.ZOrder,
            Rotation = geometry.Rotation,
            Points = geometry.Points,
            Attributes = attributes,
        };
    }

    private AttributeValue[] Attributes(JsonElement json, FieldErrors errors) => Many(json, "attributes", errors, Attribute);

    private Boxed<AttributeValue>? Attribute(JsonElement json, FieldErrors errors)
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
                text = AttributeText(property.Value, errors);
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

        return errors.IsEmpty ? new Boxed<AttributeValue>(new AttributeValue(specId!.Value, Pooled(text!))) : null;
    }

    private static string? AttributeText(JsonElement value, FieldErrors errors)
    {
        var text = DrfFields.PythonText(value);
        if (text is null)
        {
            errors.Add("value", "Not a valid string.");
        }
        else if (text.Length > MaxAttributeLength)
        {
            errors.Add("value", $"Ensure this field has no more than {MaxAttributeLength} characters.");
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

    private static AttributeValue[] Many(JsonElement json, string field, FieldErrors errors, Func<JsonElement, FieldErrors, Boxed<AttributeValue>?> parse)
    {
        var boxes = Many<Boxed<AttributeValue>>(json, field, errors, parse);
        return boxes.Length == 0 ? [] : Array.ConvertAll(boxes, box => box.Value);
    }

    private static T[] Many<T>(JsonElement json, string field, FieldErrors errors, Func<JsonElement, FieldErrors, T?> parse)
        where T : class
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 0)
        {
            return [];
        }

        var items = new List<T>();
        var itemErrors = new ItemErrors();
        foreach (var item in DrfFields.Items(json, field, errors))
        {
            var own = new FieldErrors();
            if (parse(item, own) is { } parsed && own.IsEmpty)
            {
                items.Add(parsed);
            }

            itemErrors.Add(own);
        }

        itemErrors.AddTo(errors, field);
        return [.. items];
    }

    /// <summary>Lets a value stand where null means 'wrong'.</summary>
    private sealed record Boxed<T>(T Value);

    /// <summary>The fields that tags, shapes, tracks and intervals share.</summary>
    private sealed class CommonFields(JsonElement owner, FieldErrors errors, AnnotationObjectParser parser, bool hasScore)
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

            if (!_hasId && parser.RequiresId)
            {
                errors.Add("id", MustBePresent);
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
                    Attributes = parser.Attributes(value, errors);
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
            if (parser.ForbidsId)
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

    private const string MustBePresent = "must be present and not null";

    private bool RequiresId => action == AnnotationAction.Delete;

    private bool ForbidsId => action is AnnotationAction.Replace or AnnotationAction.Create;
}
