using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.ValidationLayouts;

/// <summary>How honeypots are to be set.</summary>
/// <param name="RealFrames">For each honeypot the frame of the pool to show; null: at random.</param>
internal sealed record HoneypotChoice(IReadOnlyList<int>? RealFrames);

/// <summary>Changes of validation layouts. Source: contract-data.md §7.</summary>
internal static class ValidationLayoutRules
{
    private const string Method = "frame_selection_method";
    private const string RealFrames = "honeypot_real_frames";
    private const string Manual = "manual";
    private static readonly string[] Methods = ["random_uniform", Manual];

    /// <summary>A task's: frames to disable and honeypots to set, either of them or both.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    public static (IReadOnlyList<int>? Disabled, HoneypotChoice? Honeypots) OfTask(FieldReader fields)
    {
        var disabled = fields.Ints("disabled_frames");
        var honeypots = Choice(fields);
        fields.Errors.ThrowIfAny();
        return (disabled, honeypots);
    }

    /// <summary>A job's: honeypots to set.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    public static HoneypotChoice OfJob(FieldReader fields)
    {
        var honeypots = Choice(fields);
        if (!fields.Has(Method))
        {
            fields.Errors.Add(Method, "This field is required.");
        }

        fields.Errors.ThrowIfAny();
        return honeypots!;
    }

    private static HoneypotChoice? Choice(FieldReader fields)
    {
        var method = fields.Choice(Method, Methods).Value;
        var frames = fields.Ints(RealFrames);
        if (method == Manual && frames is null && !fields.Has(RealFrames))
        {
            fields.Errors.Add(RealFrames, "This field is required.");
        }
        else if (method != Manual && frames is not null)
        {
            fields.Errors.Add(FieldErrors.NonField, $"\"{RealFrames}\" can only be used when \"{Method}\" is \"{Manual}\"");
        }

        return method is null ? null : new(frames);
    }
}
