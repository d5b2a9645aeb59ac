using System.Text.Json;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Issues;

/// <summary>A new or changed issue.</summary>
internal sealed record IssueWrite(
    Optional<int?> Frame, double[]? Position, Optional<int?> Job, Optional<int?> Assignee, Optional<string> Message, Optional<bool> Resolved);

/// <summary>Requests of the tags <c>issues</c> and <c>comments</c>.</summary>
internal static class IssueRules
{
    /// <summary>A message may be long, but not without end.</summary>
    public const int MaxMessageLength = 64 * 1024;

    private const int MaxPositionNumbers = 10_000;

    /// <summary>Reads an issue to create.</summary>
    public static IssueWrite ReadNew(FieldReader fields)
    {
        var write = new IssueWrite(
            fields.Int("frame", min: 0, required: true, allowNull: false),
            Position(fields, required: true),
            fields.Int("job", required: true, allowNull: false),
            fields.Int("assignee", min: 0),
            fields.Text("message", MaxMessageLength, required: true),
            fields.Bool("resolved"));
        fields.Errors.ThrowIfAny();
        return write;
    }

    /// <summary>Reads a change; frame, job and message can't be changed and are passed over.</summary>
    public static IssueWrite ReadChange(FieldReader fields)
    {
        var write = new IssueWrite(default, Position(fields, required: false), default, fields.Int("assignee", min: 0), default, fields.Bool("resolved"));
        fields.Errors.ThrowIfAny();
        return write;
    }

    private static double[]? Position(FieldReader fields, bool required)
    {
        const string name = "position";
        if (fields.Raw(name) is not { } value)
        {
            if (required)
            {
                fields.Errors.Add(name, "This field is required.");
            }

            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            fields.Errors.Add(name, value.ValueKind == JsonValueKind.Null ? "This field may not be null." : $"Expected a list of items but got type \"{JsonTypes.NameOf(value)}\".");
            return null;
        }

        var count = value.GetArrayLength();
        if (count is 0 or > MaxPositionNumbers)
        {
            fields.Errors.Add(name, count == 0 ? "This list may not be empty." : $"Ensure this field has no more than {MaxPositionNumbers} elements.");
            return null;
        }

        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            if (value[i].ValueKind != JsonValueKind.Number || !value[i].TryGetDouble(out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                fields.Errors.Add(name, "A valid number is required.");
                return null;
            }
        }

        return numbers;
    }
}
