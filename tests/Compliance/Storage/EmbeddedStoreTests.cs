using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Embedded;
using Microsoft.Extensions.Time.Testing;
using Xunit;


namespace CvatServerless.Tests.Compliance.Storage;

/// <summary>A data directory that lives as long as the tests of a class.</summary>
public sealed class EmbeddedFixture : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cvatserverless-compliance-").FullName;

    public EmbeddedFixture()
    {
        Database = new SqliteDatabase(_directory);
        Tables = new SqliteTableStore(Database, Time);
        Blobs = new FileBlobStore(Database, Time);
        Queue = new SqliteQueue(Database, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    internal SqliteDatabase Database { get; }

    internal SqliteTableStore Tables { get; }

    internal FileBlobStore Blobs { get; }

    internal SqliteQueue Queue { get; }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}

public sealed class SqliteTableStoreTests(EmbeddedFixture fixture) : TableStoreCompliance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Tables => fixture.Tables;
}

public sealed class FileBlobStoreTests(EmbeddedFixture fixture) : BlobStoreCompliance, IClassFixture<EmbeddedFixture>
{
    protected override IBlobStore Blobs => fixture.Blobs;
}

public sealed class SqliteQueueTests(EmbeddedFixture fixture) : QueueCompliance, IClassFixture<EmbeddedFixture>
{
    protected override IQueue Queue => fixture.Queue;

    protected override Task PassAsync(TimeSpan span)
    {
        fixture.Time.Advance(span);
        return Task.CompletedTask;
    }
}
