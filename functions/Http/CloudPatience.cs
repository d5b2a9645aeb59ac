using System.Globalization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Http;

/// <summary>How long users' buckets may keep the server waiting as a whole; each call has limits of its own, which a server that answers slowly enough never meets.</summary>
internal static class CloudPatience
{
    /// <summary>Of a request that somebody waits for.</summary>
    public static readonly TimeSpan Call = TimeSpan.FromMinutes(2);

    /// <summary>Of an activity; below the time after which the host ends it.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private const int MaxPages = 10_000;

    /// <summary>Works on a bucket for at most <paramref name="patience"/>.</summary>
    /// <exception cref="CvatException">400 with a sentence: it took longer.</exception>
    public static async Task<T> RunAsync<T>(TimeSpan patience, TimeProvider time, Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            return await work(either.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or CloudStorageException && timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw CvatException.Rule(string.Create(CultureInfo.InvariantCulture, $"The cloud storage answers too slowly: it was given up after {patience.TotalMinutes:0} minutes."));
        }
    }

    /// <summary>Ends a listing whose pages don't end.</summary>
    /// <exception cref="CvatException">It is one page too many.</exception>
    public static void CheckPages(int number)
    {
        if (number > MaxPages)
        {
            throw CvatException.Rule($"The listing of the cloud storage has more than {MaxPages} pages.");
        }
    }
}
