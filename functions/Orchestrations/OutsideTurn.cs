namespace CvatServerless.Functions.Orchestrations;

/// <summary>
/// Lets one activity of a process at a time wait for other people's servers: activities have few places, and slow servers must not take all of them. Who finds the turn
/// taken comes again later; who has it ends its stretch and leaves the next one to others where somebody came. One per process; thread-safe.
/// </summary>
public sealed class OutsideTurn
{
    /// <summary>What to answer where the turn is taken.</summary>
    public static readonly WorkOutcome Taken = new(false, WaitSeconds: 3);

    /// <summary>Longer than who comes again waits, so that they find the turn free.</summary>
    private const int WaitForOthersSeconds = 5;

    private int _isTaken;
    private volatile bool _isWanted;

    /// <summary>Takes the turn; null where it is taken. Dispose of it at the end of the stretch.</summary>
    public Turn? TryTake()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) == 0)
        {
            _isWanted = false;
            return new Turn(this);
        }

        _isWanted = true;
        return null;
    }

    /// <summary>A turn that was taken.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly OutsideTurn _owner;

        internal Turn(OutsideTurn owner) => _owner = owner;

        /// <summary>What to answer at the end of a stretch that has left something: others who came go first.</summary>
        public WorkOutcome More(int waitSeconds = 0) => new(false, _owner._isWanted ? Math.Max(waitSeconds, WaitForOthersSeconds) : waitSeconds);

        /// <inheritdoc/>
        public void Dispose() => Volatile.Write(ref _owner._isTaken, 0);
    }
}
