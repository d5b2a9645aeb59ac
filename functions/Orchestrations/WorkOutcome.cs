namespace CvatServerless.Functions.Orchestrations;

/// <summary>What came of an activity that may have to be called again.</summary>
/// <param name="IsDone">Nothing is left.</param>
/// <param name="WaitSeconds">How long to wait before the next call.</param>
public sealed record WorkOutcome(bool IsDone, int WaitSeconds = 0)
{
    /// <summary>Nothing is left.</summary>
    public static readonly WorkOutcome Done = new(true);

    /// <summary>More is left.</summary>
    public static readonly WorkOutcome More = new(false);
}
