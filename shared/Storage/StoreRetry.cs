using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage;

/// <summary>A few more tries for a store that is unavailable for the moment.</summary>
internal static class StoreRetry
{
    /// <summary>Tries of one call, the first included.</summary>
    public const int Attempts = 5;

    /// <summary>Runs <paramref name="call"/>, which must be safe to repeat, until it succeeds or <see cref="Attempts"/> are used up.</summary>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, TimeProvider time, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(ct);
            }
            catch (StoreUnavailableException) when (attempt < Attempts)
            {
                await WaitAsync(attempt, time, ct);
            }
        }
    }

    /// <summary>Waits 25, 100, 400, 1600 ms after the first, second … failed attempt.</summary>
    public static Task WaitAsync(int attempt, TimeProvider time, CancellationToken ct) => Task.Delay(TimeSpan.FromMilliseconds(25 * Math.Pow(4, attempt - 1)), time, ct);
}
