using System.Globalization;
using System.Runtime.CompilerServices;
using CvatServerless.Domain.Ports;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace CvatServerless.Storage.Embedded;

/// <summary>
/// Blobs as files, with their metadata in SQLite. A write makes a new file, and the commit of its metadata makes it visible; what it replaced is removed after
/// that. A short append goes into SQLite with that same commit (one fsync, shared by all who write at the moment) and moves to the file once
/// <see cref="MaxTailBytes"/> have gathered or a longer one comes. Files that no metadata names are what a crash left: they are swept at the start.
/// </summary>
internal sealed class FileBlobStore : IBlobStore, ILocalBlobFiles
{
    /// <summary>Appended bytes that wait in SQLite before they move to the file.</summary>
    internal const int MaxTailBytes = 1024 * 1024;

    private const int MaxAppendBytes = 4 * 1024 * 1024;

    /// <summary>A longer append goes to the file at once: through SQLite its bytes would be written twice, and from here on that costs more than a second fsync.</summary>
    private const int MaxBufferedBytes = 16 * 1024;

    /// <summary>Files leave this much of the disk to SQLite, so that one can still remove things when it is full.</summary>
    private const long ReserveBytes = 16L << 20;

    private const int ListPage = 1000;
    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly DriveInfo _disk;

    /// <summary>Opens the store and removes files that a crash left.</summary>
    public FileBlobStore(SqliteDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _root = Path.Combine(database.DirectoryPath, "blobs");
        PrivateFiles.CreateDirectory(_root);
        _disk = new DriveInfo(_root);
        SweepOrphans();
    }

    /// <inheritdoc/>
    public Task<BlobProperties?> FindAsync(string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(_database.Read(session => Find(session, name))?.ToProperties());
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string name, long offset, long? length, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        while (true)
        {
            var (stored, tail) = _database.Read(session => FindWithTail(session, name));
            if (stored is null)
            {
                throw new BlobNotFoundException(name);
            }

            if (TryOpen(stored) is { } file)
            {
                var start = Math.Min(offset, stored.Length);
                var end = length is { } count ? Math.Min(stored.Length, start + count) : stored.Length;
                return Task.FromResult<Stream>(new BlobReadStream(file, stored.InFile, tail, start, end));
            }

            ct.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public string? FindFile(string name) =>
        _database.Read(session => Find(session, name)) is { Grows: false } stored && stored.InFile == stored.Length ? PathOf(stored.File) : null;

    /// <inheritdoc/>
    public async Task<BlobProperties> WriteAsync(string name, Func<Stream, CancellationToken, Task> write, BlobCondition condition, CancellationToken ct)
    {
        CheckName(name);
        _database.Read(session => Check(Find(session, name), name, condition));
        RequireRoom();
        var file = Guid.NewGuid().ToString("N");
        var path = PathOf(file);
        try
        {
            var length = await WriteFileAsync(path, write, ct);
            var (written, replaced) = await _database.WriteAsync(session => Replace(session, name, file, length, condition), ct);
            Remove(replaced);
            return written.ToProperties();
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<long> AppendAsync(string name, ReadOnlyMemory<byte> data, long expectedLength, CancellationToken ct)
    {
        CheckName(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, MaxAppendBytes);
        return _database.WriteAsync(session => Append(session, name, data, expectedLength), ct);
    }

    /// <inheritdoc/>
    public async Task<BlobProperties> CopyAsync(string from, string to, CancellationToken ct)
    {
        CheckName(to);
        if (await FindAsync(to, ct) is { } there)
        {
            return there;
        }

        RequireRoom();
        var source = await _database.WriteAsync(session => EndTail(session, from), ct);
        var file = Guid.NewGuid().ToString("N");
        var path = PathOf(file);
        try
        {
            if (source.Length > 0)
            {
                PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
                HardLink.CreateOrCopy(PathOf(source.File), path);
            }

            var (written, _) = await _database.WriteAsync(session => Replace(session, to, file, source.Length, BlobCondition.Absent), ct);
            return written.ToProperties();
        }
        catch (Exception e)
        {
            File.Delete(path);
            switch (e)
            {
                case StoreConflictException when await FindAsync(to, ct) is { } copied: // by another call
                    return copied;
                case FileNotFoundException:
                    throw new BlobNotFoundException(from, e);
                case IOException full when IsDiskFull(full):
                    throw new StoreFullException(full);
                default:
                    throw;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, CancellationToken ct)
    {
        if (_database.Read(session => Find(session, name)) is null)
        {
            return false;
        }

        var removed = await _database.WriteAsync(
            session =>
            {
                var stored = Find(session, name);
                Forget(session, stored);
                return stored;
            },
            ct);
        Remove(removed?.File);
        return removed is not null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobProperties> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        var last = "";
        List<StoredBlob> page;
        do
        {
            ct.ThrowIfCancellationRequested();
            var after = last;
            page = _database.Read(session => session.Query(
                "SELECT name, file, grows, length, in_file, etag, time FROM blobs WHERE name > $1 AND name >= $2 AND name < $3 ORDER BY name LIMIT $4",
                StoredBlob.Read, after, prefix, prefix + "\uffff", ListPage));
            foreach (var stored in page)
            {
                last = stored.Name;
                yield return stored.ToProperties();
            }
        }
        while (page.Count == ListPage);
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > 1024)
        {
            throw new ArgumentException($"A blob's name has 1 to 1024 characters, not {name.Length}.", nameof(name));
        }
    }

    private static StoredBlob? Find(SqliteSession session, string name) =>
        session.First("SELECT name, file, grows, length, in_file, etag, time FROM blobs WHERE name = $1", StoredBlob.Read, name);

    private static bool Check(StoredBlob? stored, string name, BlobCondition condition)
    {
        if ((condition.IfAbsent && stored is not null) || (condition.IfMatch is { } etag && stored?.ETag != etag) || stored?.Grows == true)
        {
            throw new StoreConflictException($"The blob '{name}' is not as it was expected.");
        }

        return true;
    }

    private static (StoredBlob? Blob, ReadOnlyMemory<byte> Tail) FindWithTail(SqliteSession session, string name)
    {
        // One read transaction, so that the tail belongs to the length.
        session.Execute("BEGIN");
        try
        {
            var stored = Find(session, name);
            return (stored, stored is null || stored.InFile == stored.Length ? default : Tail(session, stored.File, (int)(stored.Length - stored.InFile)));
        }
        finally
        {
            session.Execute("COMMIT");
        }
    }

    private static byte[] Tail(SqliteSession session, string file, int length)
    {
        var tail = new byte[length];
        var filled = 0;
        foreach (var part in session.Query("SELECT data FROM tails WHERE file = $1 ORDER BY offset", row => row.GetFieldValue<byte[]>(0), file))
        {
            part.CopyTo(tail, filled);
            filled += part.Length;
        }

        return filled == length ? tail : throw new InvalidDataException($"The tail of the data file {file} has {filled} bytes, not {length}.");
    }

    private static void Forget(SqliteSession session, StoredBlob? stored)
    {
        if (stored is not null)
        {
            session.Execute("DELETE FROM tails WHERE file = $1", stored.File);
            session.Execute("DELETE FROM blobs WHERE name = $1", stored.Name);
        }
    }

    private static async Task<long> WriteFileAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await using var stream = new BlobWriteStream(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous));
            await write(stream, ct);
            stream.FlushToDisk();
            return stream.Length;
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new StoreFullException(e);
        }
    }

    private void RequireRoom()
    {
        if (_disk.AvailableFreeSpace < ReserveBytes)
        {
            throw new StoreFullException();
        }
    }

    private static bool IsDiskFull(IOException e) => (e.HResult & 0xffff) is 28 or 112 or 122; // ENOSPC, ERROR_DISK_FULL, EDQUOT

    private (StoredBlob Written, string? Replaced) Replace(SqliteSession session, string name, string file, long length, BlobCondition condition)
    {
        var old = Find(session, name);
        Check(old, name, condition);
        Forget(session, old);
        var written = new StoredBlob(name, file, false, length, length, _database.NextStamp(), _time.GetUtcNow().UtcTicks);
        Insert(session, written);
        return (written, old?.File);
    }

    /// <summary>The blob with all its bytes in its file.</summary>
    private StoredBlob EndTail(SqliteSession session, string name)
    {
        var stored = Find(session, name) ?? throw new BlobNotFoundException(name);
        if (stored.InFile < stored.Length)
        {
            MoveToFile(session, stored, default);
            session.Execute("UPDATE blobs SET in_file = length WHERE name = $1", name);
        }

        return stored;
    }

    private static void Insert(SqliteSession session, StoredBlob blob) =>
        session.Execute(
            "INSERT INTO blobs (name, file, grows, length, in_file, etag, time) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            blob.Name, blob.File, blob.Grows ? 1 : 0, blob.Length, blob.InFile, blob.Stamp, blob.Ticks);

    private long Append(SqliteSession session, string name, ReadOnlyMemory<byte> data, long expectedLength)
    {
        var stored = Find(session, name);
        if ((stored?.Length ?? 0) != expectedLength || stored is { Grows: false })
        {
            throw new StoreConflictException($"The blob '{name}' has not the length {expectedLength}.");
        }

        if (stored is null)
        {
            stored = new StoredBlob(name, Guid.NewGuid().ToString("N"), true, 0, 0, 0, 0);
            Insert(session, stored);
        }

        var length = stored.Length + data.Length;
        var inFile = stored.InFile;
        if (data.Length > MaxBufferedBytes || length - inFile > MaxTailBytes)
        {
            MoveToFile(session, stored, data);
            inFile = length;
        }
        else if (!data.IsEmpty)
        {
            session.Execute("INSERT INTO tails (file, offset, data) VALUES ($1, $2, $3)", stored.File, stored.Length, data);
        }

        session.Execute(
            "UPDATE blobs SET length = $2, in_file = $3, etag = $4, time = $5 WHERE name = $1", name, length, inFile, _database.NextStamp(), _time.GetUtcNow().UtcTicks);
        return length;
    }

    /// <summary>Bytes behind the committed length mean nothing, so a crash before the commit leaves the blob as it was.</summary>
    private void MoveToFile(SqliteSession session, StoredBlob stored, ReadOnlyMemory<byte> data)
    {
        RequireRoom();
        var path = PathOf(stored.File);
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            CheckNotTorn(stored, RandomAccess.GetLength(file));
            var tail = Tail(session, stored.File, (int)(stored.Length - stored.InFile));
            if (RandomAccess.GetLength(file) > stored.InFile)
            {
                RandomAccess.SetLength(file, stored.InFile);
            }

            RandomAccess.Write(file, [tail, data], stored.InFile);
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new StoreFullException(e);
        }

        session.Execute("DELETE FROM tails WHERE file = $1", stored.File);
    }

    private string PathOf(string file) => Path.Combine(_root, file[..2], file);

    /// <summary>Null where the blob was replaced and its file removed since its metadata were read.</summary>
    private SafeFileHandle? TryOpen(StoredBlob stored)
    {
        if (stored.InFile == 0)
        {
            return new SafeFileHandle();
        }

        try
        {
            var file = File.OpenHandle(PathOf(stored.File), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
            try
            {
                CheckNotTorn(stored, RandomAccess.GetLength(file));
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            var stillNamed = _database.Read(session => Find(session, stored.Name))?.File == stored.File;
            return stillNamed ? throw new InvalidDataException($"The data file of the blob '{stored.Name}' is missing.", e) : null;
        }
    }

    private static void CheckNotTorn(StoredBlob stored, long fileLength)
    {
        if (fileLength < stored.InFile)
        {
            throw new InvalidDataException($"The blob '{stored.Name}' is torn: its data file has {fileLength} of {stored.InFile} bytes.");
        }
    }

    private void Remove(string? file)
    {
        if (file is not null && File.Exists(PathOf(file)))
        {
            File.Delete(PathOf(file));
        }
    }

    private void SweepOrphans()
    {
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            var shard = Path.GetFileName(folder);
            var known = _database.Read(session => session.Query("SELECT file FROM blobs WHERE file >= $1 AND file < $2", row => row.GetString(0), shard, shard + "g")).ToHashSet(StringComparer.Ordinal);
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                if (!known.Contains(Path.GetFileName(path)))
                {
                    File.Delete(path);
                }
            }
        }
    }

    private sealed record StoredBlob(string Name, string File, bool Grows, long Length, long InFile, long Stamp, long Ticks)
    {
        public string ETag => Stamp.ToString("x", CultureInfo.InvariantCulture);

        public static StoredBlob Read(SqliteDataReader row) =>
            new(row.GetString(0), row.GetString(1), row.GetInt64(2) != 0, row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));

        public BlobProperties ToProperties() => new(Name, Length, ETag, new DateTimeOffset(Ticks, TimeSpan.Zero));
    }
}
