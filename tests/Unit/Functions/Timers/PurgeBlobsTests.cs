using CvatServerless.Domain.Ports;
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

            await new PurgeBlobs(blobs, time).Run(new TimerInfo(), ct);

            (await blobs.ListAsync("", ct).Select(blob => blob.Name).ToListAsync(ct)).ShouldBe(["data/d/manifest.jsonl", "uploads/task-2-data/files/a/2.png"]);

            Task WriteAsync(string name) => blobs.WriteAsync(name, (stream, token) => stream.WriteAsync(new byte[] { 1 }, token).AsTask(), BlobCondition.None, ct);
        }

        directory.Delete(recursive: true);
    }
}
