namespace CvatServerless.Domain.Identity;

/// <summary>Wrong passwords in a row, under a key that says whose and from where.</summary>
/// <param name="Count">How many.</param>
/// <param name="Last">UTC, of the last one.</param>
/// <param name="BlockedUntil">UTC: nobody is let in before.</param>
public sealed record SignInFailures(int Count, DateTimeOffset Last, DateTimeOffset BlockedUntil);

/// <summary>What is remembered of wrong passwords, for all processes together.</summary>
public interface ISignInFailures
{
    /// <summary>
    /// Changes what is remembered under a key. <paramref name="change"/> gets it, or null, and returns what is stored, or null to forget it; the same instance: nothing is
    /// written. Called again where another process was faster; what it throws is passed on.
    /// </summary>
    /// <returns>What is remembered then.</returns>
    /// <exception cref="Ports.StoreConflictException">Too many attempts end at the same moment.</exception>
    Task<SignInFailures?> UpdateAsync(string key, Func<SignInFailures?, SignInFailures?> change, CancellationToken ct);

    /// <summary>Forgets everything that was last written before a moment.</summary>
    Task PurgeAsync(DateTimeOffset before, CancellationToken ct);
}
