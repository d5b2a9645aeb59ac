using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Timers;
using CvatServerless.Storage.Embedded;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Timers;

public sealed class PurgeBlobsTests
{
    [Fact]
    public async Task Run_OldUploadsGo_NewOnesAndDataStay()
    {
        var ct = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("cvatserverless-purge-");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using (var database = new SqliteDatabase(directory.FullName))
        {
            var blobs = new FileBlobStore(database, time);
            await WriteAsync("uploads/task-1-data/files/a/1.png");
            await WriteAsync("export-parts/task-1/k.jsonl");
            await WriteAsync("redrawn/d/original/000000-000003-00.zip");
            await WriteAsync("data/d/manifest.jsonl");
            time.Advance(PurgeBlobs.Lifetime + TimeSpan.FromSeconds(1));
            await WriteAsync("uploads/task-2-data/files/a/2.png");

            await new PurgeBlobs(blobs, new ServerOptions(), time).Run(new TimerInfo(), ct);

            (await blobs.ListAsync("", ct).Select(blob => blob.Name).ToListAsync(ct)).ShouldBe(["data/d/manifest.jsonl", "uploads/task-2-data/files/a/2.png"]);

            Task WriteAsync(string name) => blobs.WriteAsync(name, (stream, token) => stream.WriteAsync(new byte[] { 1 }, token).AsTask(), BlobCondition.None, ct);
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Run_CacheTooFull_OldestGoUntilTheRestFits()
    {
        var ct = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var blobs = new Cache(
        [
            new("cache/a/chunks/original/000000.zip", 600L << 20, "1", time.GetUtcNow().AddHours(-5.5)),
            new("cache/a/chunks/original/000001.zip", 300L << 20, "1", time.GetUtcNow().AddHours(-3)),
            new("cache/b/cuts/original/000001-000002.zip", 400L << 20, "1", time.GetUtcNow().AddMinutes(-30)),
            new("data/a/chunks/original/000000.zip", 900L << 20, "1", time.GetUtcNow().AddHours(-9)),
        ]);

        await new PurgeBlobs(blobs, new ServerOptions { CacheGibibytes = 1 }, time).Run(new TimerInfo(), ct);

        blobs.Names.ShouldBe(["cache/a/chunks/original/000001.zip", "cache/b/cuts/original/000001-000002.zip", "data/a/chunks/original/000000.zip"]);
    }

    /// <summary>Knows sizes and dates of blobs alone.</summary>
    private sealed class Cache(List<BlobProperties> blobs) : IBlobStore
    {
        public IEnumerable<string> Names => blobs.Select(blob => blob.Name);

        public IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken ct) =>
            blobs.Where(blob => blob.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList().ToAsyncEnumerable();

        public Task<bool> DeleteAsync(string name, CancellationToken ct) => Task.FromResult(blobs.RemoveAll(blob => blob.Name == name) > 0);

        public Task<BlobProperties> CopyAsync(string from, string to, CancellationToken ct) => throw new NotSupportedException();

        public Task<BlobProperties?> FindAsync(string name, CancellationToken ct) => throw new NotSupportedException();

        public Task<Stream> OpenReadAsync(string name, long offset, long? length, CancellationToken ct) => throw new NotSupportedException();

        public Task<BlobProperties> WriteAsync(string name, Func<Stream, CancellationToken, Task> write, BlobCondition condition, CancellationToken ct) => throw new NotSupportedException();

        public Task<long> AppendAsync(string name, ReadOnlyMemory<byte> data, long expectedLength, CancellationToken ct) => throw new NotSupportedException();
    }
}
