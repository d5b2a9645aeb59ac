using System.Globalization;
using System.Text.Json.Nodes;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Api.Data;

/// <summary>
/// The shape of <c>validation_params</c> (<c>tasks_create_data</c>); what depends on the data is checked when the data are planned. Source: contract-data.md §7.
/// </summary>
internal static class ValidationRules
{
    private const string Field = "validation_params";
    private const string Uniform = "random_uniform";
    private const string PerJob = "random_per_job";
    private const string Manual = "manual";

    /// <summary>Reads them; null where none are given. Errors are nested under the field.</summary>
    public static ValidationParameters? Parse(JsonObject body, FieldErrors errors)
    {
        if (body[Field] is not { } node)
        {
            return null;
        }

        if (node is not JsonObject fields)
        {
            errors.Add(Field, new FieldErrors().Add(FieldErrors.NonField, "Invalid data. Expected a dictionary."));
            return null;
        }

        if (fields.Count == 0)
        {
            return null;
        }

        var found = new FieldErrors();
        var parameters = Read(fields, found);
        if (found.IsEmpty)
        {
            CheckTogether(fields, parameters, found);
        }

        errors.Add(Field, found);
        return parameters;
    }

    private static ValidationParameters Read(JsonObject fields, FieldErrors errors) => new()
    {
        Mode = Required(fields, "mode", [ValidationLayout.GroundTruthMode, ValidationLayout.PoolMode], errors),
        Method = Required(fields, "frame_selection_method", [Uniform, PerJob, Manual], errors),
        FrameCount = DataRules.Integer(fields, "frame_count", 1, int.MaxValue, errors),
        FrameShare = Share(fields, "frame_share", errors),
        FramesPerJobCount = DataRules.Integer(fields, "frames_per_job_count", 1, int.MaxValue, errors),
        FramesPerJobShare = Share(fields, "frames_per_job_share", errors),
        Frames = Names(fields, errors),
        RandomSeed = DataRules.Integer(fields, "random_seed", 0, int.MaxValue, errors),
    };

    private static void CheckTogether(JsonObject fields, ValidationParameters parameters, FieldErrors errors)
    {
        if (parameters.IsPool && parameters.Method == PerJob)
        {
            errors.Add("frame_selection_method", $"\"{PerJob}\" can't be used with the mode \"{ValidationLayout.PoolMode}\".");
        }

        if (parameters.Method == Uniform)
        {
            RequireOne(fields, "frame_count", "frame_share", errors);
        }

        if (parameters.Method == PerJob || parameters.IsPool)
        {
            RequireOne(fields, "frames_per_job_count", "frames_per_job_share", errors);
        }

        if (parameters.Method == Manual && parameters.Frames is null or { Count: 0 })
        {
            errors.Add("frames", "This field is required.");
        }
        else if (parameters.Method != Manual && parameters.Frames is { Count: > 0 })
        {
            errors.Add("frames", $"\"frames\" can only be used when \"frame_selection_method\" is \"{Manual}\".");
        }
        else if (parameters.Frames is { } names && names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            errors.Add("frames", "Frames must not repeat");
        }
    }

    private static void RequireOne(JsonObject fields, string one, string other, FieldErrors errors)
    {
        if (fields[one] is null == fields[other] is null)
        {
            errors.Add(FieldErrors.NonField, $"Exactly one of {one} or {other} must be specified");
        }
    }

    private static string Required(JsonObject fields, string field, string[] choices, FieldErrors errors)
    {
        if (fields[field] is null)
        {
            errors.Add(field, "This field is required.");
            return "";
        }

        return DataRules.Choice(fields, field, choices, errors) ?? "";
    }

    private static double? Share(JsonObject fields, string field, FieldErrors errors)
    {
        if (fields[field] is not { } node)
        {
            return null;
        }

        if (node is not JsonValue || !double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var share))
        {
            errors.Add(field, "A valid number is required.");
            return null;
        }

        if (share is > 0 and <= 1)
        {
            return share;
        }

        errors.Add(field, "Ensure this value is greater than 0 and less than or equal to 1.");
        return null;
    }

    /// <summary>A list, or in forms <c>frames[0]</c>, <c>frames[1]</c> and so on.</summary>
    private static string[]? Names(JsonObject fields, FieldErrors errors)
    {
        var indexed = fields.Where(field => field.Key.StartsWith("frames[", StringComparison.Ordinal) && field.Value is not null).Select(field => field.Value!.ToString()).ToArray();
        return indexed.Length > 0 ? indexed : fields["frames"] is null ? null : DataRules.Texts(fields, "frames", errors);
    }
}
