using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http.Throttling;

/// <summary>
/// Wrong passwords per account and address, counted for all processes together: after five, each further one doubles the wait, from a second to five minutes, and only one
/// attempt at a time is let in. The owner of the account elsewhere is not locked out. An account that doesn't exist behaves the same. A right password
/// costs one read, a wrong one a write besides. A process decides one attempt after the other, so that many at once are no more than five free ones.
/// </summary>
public sealed class FailedSignIns(ISignInFailures store, ServerOptions options, TimeProvider time) : IDisposable
{
    /// <summary>How long a wrong password counts.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);

    private const int FreeFailures = 5;
    private const int Turns = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Attempts under the same key take the same turn; others seldom do.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Decides an attempt; a right password forgets all failures.</summary>
    /// <param name="http">The call.</param>
    /// <param name="user">The account, so that its name and its mail address count together; null: there is none.</param>
    /// <param name="name">What the caller typed.</param>
    /// <param name="isRight">Checks the password.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether the password was right.</returns>
    /// <exception cref="CvatException">429.</exception>
    internal async Task<bool> TryAsync(HttpContext http, User? user, string name, Func<bool> isRight, CancellationToken ct)
    {
        var account = user is null ? "name " + Authenticator.Hash(name.ToLowerInvariant()) : $"id {user.Id}";
        var key = $"{account} {ClientAddress.KeyOf(http, options.ClientAddressHeader)}";
        var turn = _turns[(uint)key.GetHashCode(StringComparison.Ordinal) % Turns];
        await turn.WaitAsync(ct);
        try
        {
            var hasFailures = await AdmitAsync(http, key, ct);
            if (!isRight())
            {
                await FailAsync(key);
                return false;
            }

            if (hasFailures)
            {
                await store.UpdateAsync(key, _ => null, CancellationToken.None);
            }

            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_turns, turn => turn.Dispose());

    /// <summary>How long to wait after so many failures.</summary>
    internal static TimeSpan WaitAfter(int failures) =>
        failures < FreeFailures ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(30, failures - FreeFailures))));

    /// <summary>Lets an attempt in; whether wrong passwords are remembered.</summary>
    private async Task<bool> AdmitAsync(HttpContext http, string key, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        try
        {
            return await store.UpdateAsync(key, Admit, ct) is not null;
        }
        catch (StoreConflictException)
        {
            throw Throttled.After(http, TimeSpan.FromSeconds(1)); // many guess at the same moment
        }

        SignInFailures? Admit(SignInFailures? known) => known switch
        {
            null => null,
            _ when now - known.Last >= Memory => null,
            _ when now < known.BlockedUntil => throw Throttled.After(http, known.BlockedUntil - now),
            { Count: >= FreeFailures } => known with { BlockedUntil = now + WaitAfter(known.Count) }, // nobody else until this one is decided
            _ => known,
        };
    }

    private async Task FailAsync(string key)
    {
        var now = time.GetUtcNow();
        try
        {
            // Whoever hangs up is counted as well.
            await store.UpdateAsync(key, Failed, CancellationToken.None);
        }
        catch (StoreConflictException)
        {
            // So many others were counted in this moment that one more makes no difference.
        }

        SignInFailures Failed(SignInFailures? known)
        {
            var count = (known?.Count ?? 0) + 1;
            return new(count, now, now + WaitAfter(count));
        }
    }
}
