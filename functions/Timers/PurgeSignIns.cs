using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http.Throttling;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Timers;

/// <summary>Forgets wrong passwords that don't count any more.</summary>
public sealed class PurgeSignIns(ISignInFailures failures, TimeProvider time)
{
    /// <summary>Looks once an hour.</summary>
    [Function("purge_sign_ins")]
    public Task Run([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken ct) => failures.PurgeAsync(time.GetUtcNow() - FailedSignIns.Memory, ct);
}
