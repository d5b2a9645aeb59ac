using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http.Throttling;

/// <summary>
/// Wrong passwords per account and address: after five, each further one doubles the wait, from a second to five minutes, and only one attempt at a time is let in.
/// The owner of the account elsewhere is not locked out. An account that doesn't exist behaves the same.
/// </summary>
public sealed class FailedSignIns(ServerOptions options, TimeProvider time)
{
    private const int FreeFailures = 5;
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);
    private readonly Lock _gate = new();
    private readonly RecentKeys<State> _states = new(MaxRemembered);

    /// <summary>Starts an attempt; <see cref="Attempt.End"/> with a right password forgets all failures.</summary>
    /// <param name="http">The call.</param>
    /// <param name="user">The account, so that its name and its mail address count together; null: there is none.</param>
    /// <param name="name">What the caller typed.</param>
    /// <exception cref="CvatException">429.</exception>
    internal Attempt Begin(HttpContext http, User? user, string name)
    {
        var account = user is null ? "name " + Authenticator.Hash(name.ToLowerInvariant()) : $"id {user.Id}";
        var key = $"{account} {ClientAddress.KeyOf(http, options.ClientAddressHeader)}";
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_states.Find(key) is { } state)
            {
                if (now - state.Last >= Memory)
                {
                    _states.Remove(key);
                }
                else if (now < state.BlockedUntil)
                {
                    throw Throttled.After(http, state.BlockedUntil - now);
                }
                else if (state.Failures >= FreeFailures)
                {
                    state.BlockedUntil = now + WaitAfter(state.Failures); // nobody else until this one is decided
                }
            }
        }

        return new(this, key);
    }

    /// <summary>How long to wait after so many failures.</summary>
    internal static TimeSpan WaitAfter(int failures) =>
        failures < FreeFailures ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(30, failures - FreeFailures))));

    private void End(string key, bool isRight)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (isRight)
            {
                _states.Remove(key);
                return;
            }

            var state = _states.GetOrAdd(key, () => new());
            state.Failures++;
            state.Last = now;
            state.BlockedUntil = now + WaitAfter(state.Failures);
        }
    }

    /// <summary>One attempt.</summary>
    internal sealed class Attempt(FailedSignIns failures, string key)
    {
        /// <summary>Tells how it ended, and returns that.</summary>
        public bool End(bool isRight)
        {
            failures.End(key, isRight);
            return isRight;
        }
    }

    private sealed class State
    {
        public int Failures { get; set; }

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset BlockedUntil { get; set; }
    }
}
