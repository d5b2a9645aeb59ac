using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>The fields that shapes and key frames share.</summary>
internal sealed class GeometryFields
{
    public bool HasType { get; private set; }

    public ShapeType Type { get; private set; }

    public bool Occluded { get; private set; }

    public bool Outside { get; private set; }

    public int ZOrder { get; private set; }

    public double Rotation { get; private set; }

    public double[] Points { get; private set; } = [];

    /// <summary>Reads the field where it is one of geometry.</summary>
    public bool Read(string name, JsonElement value, FieldErrors errors)
    {
        switch (name)
        {
            case "type":
                ReadType(value, errors);
                return true;
            case "occluded":
                Occluded = DrfFields.Boolean(value, name, errors);
                return true;
            case "outside":
                Outside = DrfFields.Boolean(value, name, errors);
                return true;
            case "z_order":
                ZOrder = DrfFields.Integer(value, name, errors);
                return true;
            case "rotation":
                Rotation = DrfFields.Number(value, name, errors, 0, 360);
                return true;
            case "points":
                ReadPoints(value, errors);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What can only be said once all fields are read.</summary>
    public void Check(FieldErrors errors)
    {
        if (!HasType)
        {
            if (!errors.Items.ContainsKey("type"))
            {
                errors.Add("type", DrfFields.Required);
            }
        }
        else if (!errors.Items.ContainsKey("points") && GeometryRules.Points(Type, Points.Length) is { } wrong)
        {
            errors.Add("points", wrong);
        }
    }

    private void ReadType(JsonElement value, FieldErrors errors)
    {
        if (DrfFields.NullAdded(value, "type", errors))
        {
            return;
        }

        var word = DrfFields.PythonText(value);
        if (AnnotationWords.TryParse(word, out ShapeType type))
        {
            Type = type;
            HasType = true;
        }
        else
        {
            errors.Add("type", $"\"{word ?? value.GetRawText()}\" is not a valid choice.");
        }
    }

    private void ReadPoints(JsonElement value, FieldErrors errors)
    {
        var items = DrfFields.Items(value, "points", errors);
        if (value.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var points = new double[value.GetArrayLength()];
        FieldErrors? wrong = null;
        var index = 0;
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetDouble(out points[index]) || !double.IsFinite(points[index]))
            {
                wrong ??= new FieldErrors();
                wrong.Add(index.ToString(System.Globalization.CultureInfo.InvariantCulture), "Value must be a float or an integer");
            }

            index++;
        }

        if (wrong is not null)
        {
            errors.Add("points", wrong);
        }

        Points = points.Length == 0 ? [] : points;
    }
}
