namespace CvatServerless.Domain.Tasks;

/// <summary>Which frames of a task its ground truth is about. Frames are relative to the task.</summary>
/// <param name="JobId">The ground-truth job.</param>
/// <param name="Frames">Ascending, at least one.</param>
/// <param name="DisabledFrames">Those of them that count no more, ascending.</param>
public sealed record ValidationLayout(int JobId, IReadOnlyList<int> Frames, IReadOnlyList<int> DisabledFrames)
{
    /// <summary>The contract's word for ground truth over frames of the task itself.</summary>
    public const string Mode = "gt";
}
