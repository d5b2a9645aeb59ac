using System.Text.Json.Serialization;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Api.ValidationLayouts;

/// <summary>Schema <c>TaskValidationLayoutRead</c>; without ground truth only the mode, which is null.</summary>
internal sealed record ValidationLayoutRead
{
    public string? Mode { get; init; }

    public int? FramesPerJobCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ValidationFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? DisabledFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HoneypotCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? HoneypotFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? HoneypotRealFrames { get; init; }

    public static ValidationLayoutRead Of(AnnotationTask task) => task.Validation is not { } layout ? new() : new()
    {
        Mode = layout.Mode,
        FramesPerJobCount = layout.FramesPerJobCount,
        ValidationFrames = layout.Frames,
        DisabledFrames = layout.DisabledFrames,
        HoneypotCount = task.Data?.HoneypotFrames?.Count ?? 0,
        HoneypotFrames = task.Data?.HoneypotFrames ?? [],
        HoneypotRealFrames = task.Data?.HoneypotRealFrames ?? [],
    };
}

/// <summary>Schema <c>JobValidationLayoutRead</c>; nothing at all where the task has no honeypots.</summary>
internal sealed record JobValidationLayoutRead
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HoneypotCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? HoneypotFrames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? HoneypotRealFrames { get; init; }

    public static JobValidationLayoutRead Of(AnnotationTask task, Segment frames)
    {
        if (task is not { Validation.IsPool: true, Data: { HoneypotFrames: { } honeypots } data })
        {
            return new();
        }

        var (start, count) = data.HoneypotsIn(frames).GetOffsetAndLength(honeypots.Count);
        return new() { HoneypotCount = count, HoneypotFrames = [.. honeypots.Skip(start).Take(count)], HoneypotRealFrames = [.. data.HoneypotRealFrames!.Skip(start).Take(count)] };
    }
}
