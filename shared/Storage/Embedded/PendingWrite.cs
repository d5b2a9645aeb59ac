using CvatServerless.Domain.Ports;
using Microsoft.Data.Sqlite;

namespace CvatServerless.Storage.Embedded;

/// <summary>A write that waits for its commit.</summary>
internal interface IPendingWrite
{
    /// <summary>What its commit must outlive.</summary>
    Durability Durability { get; }

    /// <summary>Does the work; false where it threw, and then what it did is to be undone.</summary>
    bool TryRun(SqliteSession session);

    /// <summary>Tells the result, or what the work threw: the commit is done.</summary>
    void Complete();

    /// <summary>Tells that there was no commit.</summary>
    void Fail(Exception error);
}

/// <summary>One that gives a result when its commit is done.</summary>
internal sealed class PendingWrite<T>(Func<SqliteSession, T> work, Durability durability) : IPendingWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _error;

    /// <inheritdoc/>
    public Durability Durability => durability;

    /// <summary>Ends with the commit.</summary>
    public Task<T> Done => _done.Task;

    /// <inheritdoc/>
    public bool TryRun(SqliteSession session)
    {
        try
        {
            _result = work(session);
            return true;
        }
        catch (Exception e) when (e is not SqliteException)
        {
            _error = e;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_error is null)
        {
            _done.SetResult(_result!);
        }
        else
        {
            _done.SetException(_error);
        }
    }

    /// <inheritdoc/>
    public void Fail(Exception error) => _done.SetException(_error ?? error);
}
