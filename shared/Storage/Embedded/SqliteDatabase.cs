using System.Collections.Concurrent;
using CvatServerless.Domain.Ports;
using Microsoft.Data.Sqlite;

namespace CvatServerless.Storage.Embedded;

/// <summary>
/// The one SQLite database of a data directory: tables, queues and the blobs' metadata. One process at a time, one commit at a time in it: whoever finds the
/// writer free commits on the spot, without a change of threads; writes that arrive meanwhile share the next commit (group commit), each in a savepoint of its
/// own. Readers see the last commit and never wait.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int MaxGroup = 256;
    private readonly string _connectionString;
    private readonly FileStream _lock;
    private readonly SqliteSession _writer;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly ConcurrentQueue<IPendingWrite> _pending = new();
    private readonly SemaphoreSlim _writerFree = new(1, 1);
    private readonly long _epoch;
    private string _syncMode = "FULL";
    private long _stamp;
    private int _disposed;

    /// <summary>Opens the database below <paramref name="directory"/>, which is made (mode 0700) where it is missing.</summary>
    /// <exception cref="IOException">Another process has it open, or the directory can't be written.</exception>
    public SqliteDatabase(string directory)
    {
        DirectoryPath = Path.GetFullPath(directory);
        PrivateFiles.CreateDirectory(DirectoryPath);
        _lock = TakeLock(DirectoryPath);
        try
        {
            _connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(DirectoryPath, "store.db"), Pooling = false }.ToString();
            _writer = Open("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192");
            Migrate(_writer);
            _writer.Execute("UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
            _epoch = _writer.First("SELECT value FROM meta WHERE name = 'epoch'", row => row.GetInt64(0));
        }
        catch
        {
            _writer?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The data directory.</summary>
    public string DirectoryPath { get; }

    /// <summary>A number that this database never gave before: ETags and receipts.</summary>
    public long NextStamp() => (_epoch << 36) | Interlocked.Increment(ref _stamp);

    /// <summary>Runs <paramref name="read"/> on a connection of its own.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (!_readers.TryTake(out var session))
        {
            session = Open("PRAGMA query_only=1; PRAGMA cache_size=-1024; PRAGMA mmap_size=268435456");
        }

        try
        {
            return read(session);
        }
        catch (SqliteException e)
        {
            throw Unavailable(e);
        }
        finally
        {
            if (Volatile.Read(ref _disposed) == 0)
            {
                _readers.Add(session);
            }
            else
            {
                session.Dispose();
            }
        }
    }

    /// <summary>Runs <paramref name="work"/> in a transaction; durable when the task ends. An exception of <paramref name="work"/> undoes it alone.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken ct) => WriteAsync(work, Durability.Full, ct);

    /// <summary>Runs <paramref name="work"/> in a transaction that is as durable as asked for when the task ends.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work, Durability durability, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var write = new PendingWrite<T>(work, durability);
        _pending.Enqueue(write);
        CommitPending();
        if (Volatile.Read(ref _disposed) != 0)
        {
            RefusePending();
        }

        return write.Done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // The last commit ends first; what still comes after it is refused.
        _writerFree.Wait();
        RefusePending();
        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }

        _writer.Dispose();
        _lock.Dispose();
    }

    private static FileStream TakeLock(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new IOException($"The data directory {directory} is in use by another process.", e);
        }
    }

    private static void Migrate(SqliteSession session)
    {
        var version = session.First("PRAGMA user_version", row => row.GetInt32(0));
        if (version > Migrations.All.Count)
        {
            throw new InvalidDataException($"The data directory was written by a newer release (schema {version}, this one knows {Migrations.All.Count}).");
        }

        for (var step = version; step < Migrations.All.Count; step++)
        {
            session.Execute($"BEGIN IMMEDIATE; {Migrations.All[step]}; PRAGMA user_version = {step + 1}; COMMIT");
        }
    }

    private static StoreUnavailableException Unavailable(SqliteException e) =>
        e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL ? new StoreFullException(e) : new StoreUnavailableException($"The store failed: {e.Message}", e);

    private SqliteSession Open(string pragmas)
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        var session = new SqliteSession(connection);
        session.Execute("PRAGMA busy_timeout=5000");
        session.Execute(pragmas);
        return session;
    }

    private void RefusePending()
    {
        while (_pending.TryDequeue(out var late))
        {
            late.Fail(new StoreUnavailableException("The store is closing."));
        }
    }

    /// <summary>
    /// Commits what is pending, if nobody else is doing so. The caller's thread commits one group, its own write among them; what came meanwhile is left to the pool,
    /// so that nobody works for the others for ever.
    /// </summary>
    private void CommitPending()
    {
        if (_pending.IsEmpty || !_writerFree.Wait(0))
        {
            return;
        }

        try
        {
            CommitGroup();
        }
        finally
        {
            _writerFree.Release();
        }

        if (!_pending.IsEmpty)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static database => database.CommitPending(), this, preferLocal: false);
        }
    }

    private void CommitGroup()
    {
        var group = new List<IPendingWrite>();
        while (group.Count < MaxGroup && _pending.TryDequeue(out var next))
        {
            group.Add(next);
        }

        if (group.Count > 0)
        {
            Commit(group);
        }
    }

    private void Commit(List<IPendingWrite> group)
    {
        try
        {
            Sync(group.TrueForAll(write => write.Durability == Durability.Process) ? "NORMAL" : "FULL");
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var write in group)
            {
                _writer.Execute("SAVEPOINT one");
                if (!write.TryRun(_writer))
                {
                    _writer.Execute("ROLLBACK TO one");
                }

                _writer.Execute("RELEASE one");
            }

            _writer.Execute("COMMIT");
        }
        catch (SqliteException e)
        {
            // Disk full or an I/O error: SQLite may have undone the transaction by itself already.
            TryRollback();
            var error = Unavailable(e);
            group.ForEach(write => write.Fail(error));
            return;
        }

        group.ForEach(write => write.Complete());
    }

    /// <summary>With NORMAL the log is written and not flushed; the next commit with FULL flushes it before its own end.</summary>
    private void Sync(string mode)
    {
        if (_syncMode != mode)
        {
            _writer.Execute($"PRAGMA synchronous={mode}");
            _syncMode = mode;
        }
    }

    private void TryRollback()
    {
        try
        {
            _writer.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // There was no transaction any more.
        }
    }
}
