using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http.Throttling;

/// <summary>
/// Calls of the API without valid credentials, per address and minute (contract-resources.md §1.3). Each process counts for itself; memory is bounded by the number
/// of addresses that are remembered.
/// </summary>
public sealed class AnonymousThrottle(ServerOptions options, TimeProvider time)
{
    private const int MaxAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly RecentKeys<Queue<DateTimeOffset>> _calls = new(MaxAddresses);

    /// <summary>Counts a call.</summary>
    /// <exception cref="CvatException">429: there were too many within a minute. Refused calls don't count, so waiting always helps.</exception>
    public void Charge(HttpContext http)
    {
        if (options.AnonymousPerMinute > 0 && WaitFor(ClientAddress.KeyOf(http, options.ClientAddressHeader)) is { } wait)
        {
            throw Throttled.After(http, wait);
        }
    }

    private TimeSpan? WaitFor(string address)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var calls = _calls.GetOrAdd(address, () => new());
            while (calls.TryPeek(out var oldest) && now - oldest >= Window)
            {
                calls.Dequeue();
            }

            if (calls.Count >= options.AnonymousPerMinute)
            {
                return calls.Peek() + Window - now;
            }

            calls.Enqueue(now);
            return null;
        }
    }
}
