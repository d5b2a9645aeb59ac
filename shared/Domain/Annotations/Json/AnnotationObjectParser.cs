using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>
/// Turns the JSON of one object into the model. Unknown fields are ignored; what is wrong is collected by field. The rules on ids depend on the action:
/// contract-annotations.md §1.4.
/// </summary>
internal sealed class AnnotationObjectParser(AnnotationAction action)
{
    private readonly AttributeParser _attributes = new();

    private enum Role
    {
        Root,
        Element,
    }

    public LabeledTag? Tag(JsonElement json, FieldErrors errors)
    {
        var common = new CommonFields(json, errors, action, _attributes, hasScore: false);
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
        var common = new CommonFields(json, errors, action, _attributes, hasScore: true);
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
        var common = new CommonFields(json, errors, action, _attributes, hasScore: true);
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

            elements = role == Role.Root ? DrfFields.Many(value, name, into, (item, itemErrors) => Shape(item, itemErrors, Role.Element)) : [];
            return true;
        }
    }

    private LabeledTrack? Track(JsonElement json, FieldErrors errors, Role role)
    {
        var common = new CommonFields(json, errors, action, _attributes, hasScore: false);
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
                    shapes = DrfFields.Many(value, name, into, KeyFrame);
                    return true;
                case "elements":
                    elements = role == Role.Root ? DrfFields.Many(value, name, into, (item, itemErrors) => Track(item, itemErrors, Role.Element)) : [];
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
                    attributes = _attributes.Read(property.Value, errors);
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
}
