using Azure;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Azure;

/// <summary>Turns the SDK's errors into the ports'.</summary>
internal static class AzureErrors
{
    /// <summary>
    /// Runs <paramref name="call"/>; 409 and 412 become <see cref="StoreConflictException"/>, 408, 429, 5xx and broken connections
    /// <see cref="StoreUnavailableException"/>. 404 stays as it is: its meaning differs from call to call.
    /// </summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, string what, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            throw new StoreConflictException($"{what} is not as it was expected: {e.ErrorCode}.", e);
        }
        catch (Exception e) when (IsTransient(e, ct))
        {
            throw new StoreUnavailableException($"{what} can't be reached: {(e as RequestFailedException)?.ErrorCode ?? e.Message}", e);
        }
    }

    /// <summary>Whether the same call may succeed later.</summary>
    public static bool IsTransient(Exception error, CancellationToken ct) => error switch
    {
        RequestFailedException e => e.Status is 0 or 408 or 429 or >= 500,
        AggregateException e => e.InnerExceptions.All(inner => IsTransient(inner, ct)),
        OperationCanceledException => !ct.IsCancellationRequested,
        HttpRequestException or IOException => true,
        _ => false,
    };
}
