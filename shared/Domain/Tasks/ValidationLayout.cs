using System.Text.Json.Serialization;

namespace CvatServerless.Domain.Tasks;

/// <summary>Which frames of a task its ground truth is about. Frames are relative to the task.</summary>
/// <param name="JobId">The ground-truth job.</param>
/// <param name="Frames">Ascending, at least one.</param>
/// <param name="DisabledFrames">Those of them that count no more, ascending.</param>
public sealed record ValidationLayout(int JobId, IReadOnlyList<int> Frames, IReadOnlyList<int> DisabledFrames)
{
    /// <summary>The contract's word for ground truth over frames of the task itself.</summary>
    public const string GroundTruthMode = "gt";

    /// <summary>The contract's word for frames that are set apart and shown again among those of the jobs.</summary>
    public const string PoolMode = "gt_pool";

    /// <summary>Whether the frames are a pool at the end of the task, which honeypots show (<see cref="TaskData.HoneypotFrames"/>).</summary>
    public bool IsPool { get; init; }

    /// <summary>Of a pool: the honeypots of each job.</summary>
    public int? FramesPerJobCount { get; init; }

    /// <summary>The contract's word.</summary>
    [JsonIgnore]
    public string Mode => IsPool ? PoolMode : GroundTruthMode;

    /// <summary>The frames that count, ascending.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> ActiveFrames => DisabledFrames.Count == 0 ? Frames : [.. Frames.Except(DisabledFrames)];
}
