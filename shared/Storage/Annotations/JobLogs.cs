using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Annotations;

/// <summary>The annotations of a job at a revision, in the contract's order.</summary>
public sealed record JobAnnotations(LabeledData Data, long Revision, DateTimeOffset LastChangedAt);

/// <summary>
/// The operation logs of jobs on blobs (design.md idea 4). A job's log is a chain of generations: <c>jobs/{id}/annotations/log-{g}</c> follows
/// <c>…/snapshot-{g}</c>. A save is one conditional append: whoever loses the race reads the winner's operations and appends behind them. A generation that has grown
/// long is closed by an operation that seals it; the next one begins with a snapshot. States of jobs in use are kept in memory, up to a budget.
/// </summary>
public sealed class JobLogs(IBlobStore blobs, TimeProvider time)
{
    private const int MaxAttempts = 50;
    private const int MaxCachedObjects = 1_000_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<JobLog> _recent = [];

    /// <summary>Everything of a job's annotations, for its deletion.</summary>
    public static string Folder(int jobId) => $"jobs/{jobId}/annotations/";

    /// <summary>The annotations as every save that was acknowledged left them.</summary>
    public async Task<JobAnnotations> ReadAsync(int jobId, CancellationToken ct)
    {
        var log = Open(jobId);
        await log.Gate.WaitAsync(ct);
        try
        {
            await log.CatchUpAsync(ct);
            return log.Current();
        }
        finally
        {
            log.Gate.Release();
        }
    }

    /// <summary>Whether an operation with this key was applied (<see cref="AnnotationOperation.OnceKey"/>).</summary>
    public async Task<bool> HasAppliedAsync(int jobId, string onceKey, CancellationToken ct)
    {
        var log = Open(jobId);
        await log.Gate.WaitAsync(ct);
        try
        {
            await log.CatchUpAsync(ct);
            return log.State.HasApplied(onceKey);
        }
        finally
        {
            log.Gate.Release();
        }
    }

    /// <summary>
    /// Appends what <paramref name="build"/> makes of the state (which it must not change); durable when this returns. It is called again with a newer state
    /// where somebody else was faster. Null, or an operation that was applied before (<see cref="AnnotationOperation.OnceKey"/>): nothing is written.
    /// </summary>
    /// <returns>The operation with its revision, or null where nothing was written.</returns>
    /// <exception cref="StoreConflictException">Others were faster every time.</exception>
    public async Task<AnnotationOperation?> SaveAsync(int jobId, Func<AnnotationState, AnnotationOperation?> build, CancellationToken ct)
    {
        var log = Open(jobId);
        await log.Gate.WaitAsync(ct);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await log.CatchUpAsync(ct);
                await log.RollOverAsync(ct);
                if (build(log.State) is not { } operation || (operation.OnceKey.Length > 0 && log.State.HasApplied(operation.OnceKey)))
                {
                    return null;
                }

                try
                {
                    return await log.AppendAsync(operation with { Revision = log.State.Revision + 1 }, ct);
                }
                catch (StoreConflictException) when (attempt < MaxAttempts)
                {
                    // Another process appended: its operations come first.
                }
            }
        }
        finally
        {
            log.Gate.Release();
        }
    }

    private JobLog Open(int jobId)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.JobId == jobId)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value;
                }
            }

            Evict();
            var log = new JobLog(jobId, blobs, time);
            _recent.AddFirst(log);
            return log;
        }
    }

    /// <summary>Forgets the least recently used logs that nobody uses at the moment, once there are too many objects.</summary>
    private void Evict()
    {
        var total = _recent.Sum(log => (long)log.ObjectCount + 1);
        for (var node = _recent.Last; node is not null && total > MaxCachedObjects;)
        {
            var previous = node.Previous;
            if (node.Value.Gate.CurrentCount == 1)
            {
                total -= node.Value.ObjectCount + 1;
                _recent.Remove(node);
            }

            node = previous;
        }
    }
}
