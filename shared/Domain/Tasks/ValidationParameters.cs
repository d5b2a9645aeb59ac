namespace CvatServerless.Domain.Tasks;

/// <summary>
/// The validation that a client asks for when it attaches data (schema <c>ValidationParamsRequest</c>), its shape checked: exactly what
/// <see cref="Method"/> and <see cref="Mode"/> need is there. Source: contract-data.md §7.
/// </summary>
public sealed record ValidationParameters
{
    /// <summary><c>gt</c>: a job over frames of the task. <c>gt_pool</c>: frames set apart, shown again among those of the jobs (honeypots).</summary>
    public required string Mode { get; init; }

    /// <summary><c>random_uniform</c>, <c>random_per_job</c> (of <c>gt</c> only) or <c>manual</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Frames in all, at least 1; of <c>random_uniform</c>.</summary>
    public int? FrameCount { get; init; }

    /// <summary>The same as a share of the task, above 0 up to 1.</summary>
    public double? FrameShare { get; init; }

    /// <summary>Frames of each job, at least 1; of <c>random_per_job</c>, and the honeypots of each job.</summary>
    public int? FramesPerJobCount { get; init; }

    /// <summary>The same as a share of the segment size, above 0 up to 1.</summary>
    public double? FramesPerJobShare { get; init; }

    /// <summary>Names of frames, none of them twice; of <c>manual</c>.</summary>
    public IReadOnlyList<string>? Frames { get; init; }

    /// <summary>The same seed chooses the same frames; null: any.</summary>
    public int? RandomSeed { get; init; }

    /// <summary>Whether frames are set apart and shown again among those of the jobs.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsPool => Mode == ValidationLayout.PoolMode;

    /// <summary>The same without its list: what a step is given must stay small.</summary>
    public ValidationParameters WithoutFrames() => this with { Frames = null };
}
