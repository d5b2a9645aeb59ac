using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Embedded;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Embedded;

/// <summary>What a data directory survives: restarts, files that a crash left, files that were cut.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cvatserverless-data-").FullName;
    private SqliteDatabase _database;
    private FileBlobStore _blobs;

    public DataDirectoryTests() => (_database, _blobs) = Open();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_root, "data");

    [Fact]
    public void Open_SecondTime_SaysWhoHasIt() => Should.Throw<IOException>(() => new SqliteDatabase(Data)).Message.ShouldContain("in use by another process");

    [Fact]
    public void Open_NewDirectory_IsPrivate()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Modes are Unix's.
        }

        File.GetUnixFileMode(Data).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Open_AfterNewerRelease_Refuses()
    {
        await _database.WriteAsync(session => session.Execute("INSERT INTO meta VALUES ('x', 1)"), Ct);
        _database.Dispose();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Data, "store.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            command.ExecuteNonQuery();
        }

        Should.Throw<InvalidDataException>(() => new SqliteDatabase(Data)).Message.ShouldContain("newer release");
    }

    [Fact]
    public async Task Reopen_Everything_IsStillThere()
    {
        var tables = new SqliteTableStore(_database, TimeProvider.System);
        var etag = (await tables.SubmitAsync("t", "p", [new InsertRow("a", "x"u8.ToArray())], Ct))[0];
        await Write("whole", [1, 2]);
        await _blobs.AppendAsync("log", new byte[] { 3 }, 0, Ct);

        Reopen();

        (await new SqliteTableStore(_database, TimeProvider.System).FindAsync("t", "p", "a", Ct))!.ETag.ShouldBe(etag);
        (await Read("whole")).ShouldBe([1, 2]);
        (await _blobs.AppendAsync("log", new byte[] { 4 }, 1, Ct)).ShouldBe(2);
        (await Read("log")).ShouldBe([3, 4]);
    }

    [Fact]
    public async Task Reopen_FileThatNoBlobNames_IsSwept()
    {
        await Write("kept", [1]);
        var kept = Files().ShouldHaveSingleItem();
        var orphan = Path.Combine(Path.GetDirectoryName(kept)!, "0123456789abcdef0123456789abcdef");
        File.WriteAllBytes(orphan, [9]);

        Reopen();

        File.Exists(orphan).ShouldBeFalse();
        (await Read("kept")).ShouldBe([1]);
    }

    [Fact]
    public async Task WriteAsync_Replaced_RemovesTheOldFile()
    {
        await Write("a", [1]);
        await Write("a", [2]);
        Files().ShouldHaveSingleItem();

        await _blobs.DeleteAsync("a", Ct);

        Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_WriterThrows_LeavesNoFile()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _blobs.WriteAsync("a", (_, _) => throw new InvalidOperationException(), BlobCondition.None, Ct));

        Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenReadAsync_CutFile_IsReportedAsTorn()
    {
        await Write("a", new byte[1000]);
        Cut(Files().Single(), 999);

        (await Should.ThrowAsync<InvalidDataException>(() => _blobs.OpenReadAsync("a", 0, null, Ct))).Message.ShouldContain("torn");
    }

    [Fact]
    public async Task AppendAsync_CutFile_IsReportedAsTorn()
    {
        await _blobs.AppendAsync("log", new byte[300_000], 0, Ct);
        Cut(Files().Single(), 100);

        await Should.ThrowAsync<InvalidDataException>(() => _blobs.OpenReadAsync("log", 0, null, Ct));
        await Should.ThrowAsync<InvalidDataException>(() => _blobs.AppendAsync("log", new byte[300_000], 300_000, Ct));
    }

    [Fact]
    public async Task OpenReadAsync_MissingFile_IsReported()
    {
        await Write("a", [1]);
        File.Delete(Files().Single());

        (await Should.ThrowAsync<InvalidDataException>(() => _blobs.OpenReadAsync("a", 0, null, Ct))).Message.ShouldContain("missing");
    }

    [Fact]
    public async Task AppendAsync_BytesOfACrashBehindTheEnd_AreOverwritten()
    {
        var data = new byte[300_000];
        await _blobs.AppendAsync("log", data, 0, Ct);
        await using (var file = new FileStream(Files().Single(), FileMode.Append))
        {
            file.Write([7, 7, 7]);
        }

        (await Read("log")).Length.ShouldBe(300_000);
        await _blobs.AppendAsync("log", data, 300_000, Ct);
        (await Read("log")).ShouldAllBe(value => value == 0);
    }

    [Fact]
    public async Task WriteAsync_OneOfAGroupFails_TheOthersAreKept()
    {
        var tables = new SqliteTableStore(_database, TimeProvider.System);
        await tables.SubmitAsync("t", "p", [new InsertRow("taken", default)], Ct);

        var writes = Enumerable.Range(0, 200).Select(i => tables.SubmitAsync("t", "p", [new InsertRow(i % 10 == 0 ? "taken" : $"r{i}", default)], Ct)).ToList();
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));

        writes.Count(write => write.IsFaulted).ShouldBe(20);
        (await tables.QueryAsync("t", "p", default, 1000, null, Ct)).Rows.Count.ShouldBe(181);
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static void Cut(string path, int length)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(length);
    }

    private (SqliteDatabase Database, FileBlobStore Blobs) Open()
    {
        var database = new SqliteDatabase(Data);
        return (database, new FileBlobStore(database, TimeProvider.System));
    }

    private void Reopen()
    {
        _database.Dispose();
        (_database, _blobs) = Open();
    }

    private string[] Files() => Directory.GetFiles(Path.Combine(Data, "blobs"), "*", SearchOption.AllDirectories);

    private Task<BlobProperties> Write(string name, byte[] data) => _blobs.WriteAsync(name, (stream, ct) => stream.WriteAsync(data, ct).AsTask(), BlobCondition.None, Ct);

    private async Task<byte[]> Read(string name)
    {
        await using var stream = await _blobs.OpenReadAsync(name, 0, null, Ct);
        var data = new MemoryStream();
        await stream.CopyToAsync(data, Ct);
        return data.ToArray();
    }
}
