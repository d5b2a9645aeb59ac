using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Calls a task again after a failure, with the real platform's habits: sequence ids depend on them.</summary>
internal static class Retries
{
    public static async Task<T> WithPolicyAsync<T>(TaskOrchestrationContext context, RetryPolicy policy, Func<Task<T>> call)
    {
        var firstAttempt = context.CurrentUtcDateTime;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (OrchestrationException e)
            {
                if (attempt + 1 >= policy.MaxNumberOfAttempts)
                {
                    // The platform has always made a timer here; without it every later sequence id would be one less.
                    await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
                    throw;
                }

                if (!ShouldRetry(policy, e.Failure) || TimedOut(policy, firstAttempt, context.CurrentUtcDateTime))
                {
                    throw;
                }
            }

            await context.CreateTimer(context.CurrentUtcDateTime.Add(Pause(policy, attempt)), CancellationToken.None);
        }
    }

    public static async Task<T> WithHandlerAsync<T>(TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        var start = context.CurrentUtcDateTime;
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await call();
            }
            catch (OrchestrationException e)
            {
                var retry = new Microsoft.DurableTask.RetryContext(context, failures, e.Failure!, context.CurrentUtcDateTime - start, CancellationToken.None);
                if (!await handler(retry))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>The pause after the attempt with this number, from 0.</summary>
    internal static TimeSpan Pause(RetryPolicy policy, int attempt)
    {
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt);
        return milliseconds < policy.MaxRetryInterval.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : policy.MaxRetryInterval;
    }

    private static bool TimedOut(RetryPolicy policy, DateTime firstAttempt, DateTime now) =>
        policy.RetryTimeout != Timeout.InfiniteTimeSpan && policy.RetryTimeout != TimeSpan.MaxValue && now >= firstAttempt + policy.RetryTimeout;

    private static bool ShouldRetry(RetryPolicy policy, TaskFailureDetails? failure)
    {
        try
        {
            return policy.ShouldRetry(failure);
        }
#pragma warning disable CA1031 // whatever the app's predicate throws means: no
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
