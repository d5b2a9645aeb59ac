using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>How activities are retried, and what a failure says to a user.</summary>
internal static class WorkPolicy
{
    /// <summary>Five attempts over about a minute and a half; errors in the user's input, and a full disk, are final at once.</summary>
    public static TaskOptions Retry => TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 5,
        firstRetryInterval: TimeSpan.FromSeconds(5),
        backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(1))
    {
        HandleFailure = failure => !IsUserError(failure),
    });

    /// <summary>Attempts for days, a minute apart: for steps that must come to their end because they can't be given up half way.</summary>
    public static TaskOptions Persist => TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 10_000, firstRetryInterval: TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1)));

    /// <summary>The message of an error that a user can mend, or a general one: nothing of our insides leaves.</summary>
    public static string Message(TaskFailedException failure) =>
        failure.FailureDetails is { } details && (IsUserError(details) || IsOfCloudStorage(details))
            ? details.ErrorMessage
            : "The server could not finish this because of an internal error. Please try again; the log names the cause.";

    /// <summary>A bucket that could not be reached, however often it was tried: the message says so, and which.</summary>
    private static bool IsOfCloudStorage(TaskFailureDetails failure) => failure.ErrorType.EndsWith(".CloudStorageException", StringComparison.Ordinal);

    private static bool IsUserError(TaskFailureDetails failure) =>
        failure.ErrorType.EndsWith(".MediaException", StringComparison.Ordinal)
        || failure.ErrorType.EndsWith(".CvatException", StringComparison.Ordinal)
        || failure.ErrorType.EndsWith(".DatasetException", StringComparison.Ordinal)
        || failure.ErrorType.EndsWith(".StoreFullException", StringComparison.Ordinal);
}
