using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Sources;
using CvatServerless.Media.Archives;
using CvatServerless.Tests.Unit.Functions.Sources;
using CvatServerless.Tests.Unit.Media;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Orchestrations;

/// <summary>Groups of pictures: of a bucket where they come so slowly that one activity has not the time for all of them, and of an archive.</summary>
public sealed class BuildChunksTests : IAsyncDisposable
{
    private const string DataId = "d";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cvatserverless-build-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SampleBucket _bucket = new();
    private readonly ServiceProvider _services;

    public BuildChunksTests() => _services = new ServiceCollection().AddSingleton<TimeProvider>(_time)
        .AddFunctions(new ServerOptions { DataFolder = _folder.FullName }).AddSingleton<ICloudStorages>(_bucket).BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_TimeIsOver_GoesOnAtTheNextCall(int minutesPerLookAtTheClock)
    {
        var blobs = _services.GetRequiredService<IBlobStore>();
        var step = new TaskDataStep(await RequestAsync(), new(DataId, 1, 5, 1, 5, 4, new() { CloudStorageId = 1 }) { IsFromCloud = true }, 0);
        var frames = Enumerable.Range(0, 5).Select(i => new PlannedFrame($"{i}.png", new(PlaceKind.Cloud, $"{i}.png"))).ToList();
        frames.ForEach(frame => _bucket[frame.Name] = Pictures.Png(16, 12));
        await blobs.WriteAsync(DataBlobs.GroupPlan(DataId, 0), frames, TaskDataJson.Default.PlannedFrame, Ct);
        _time.AutoAdvanceAmount = TimeSpan.FromMinutes(minutesPerLookAtTheClock);

        var made = 1;
        while (!(await ActivatorUtilities.CreateInstance<BuildChunks>(_services).Run(step, Ct)).IsDone)
        {
            made++;
        }

        (made > 1).ShouldBe(minutesPerLookAtTheClock > 0);
        _bucket.Calls.Count.ShouldBe(5);
        (await blobs.ReadAsync(DataBlobs.GroupResult(DataId, 0), TaskDataJson.Default.BuiltFrame, Ct).ToListAsync(Ct))
            .ShouldBe(frames.Select(frame => new BuiltFrame(frame.Name, 16, 12)));
        for (var chunk = 0; chunk < 5; chunk++)
        {
            (await blobs.FindAsync(DataBlobs.Chunk(DataId, "original", chunk), Ct)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Run_EntriesOfAnArchive_AreReadWhereThePlanSaysThatTheyLie()
    {
        var blobs = _services.GetRequiredService<IBlobStore>();
        var step = new TaskDataStep(await RequestAsync(), new(DataId, 1, 3, 2, 2, 2, new()), 0);
        IReadOnlyList<ZipEntry> entries = [];
        await blobs.WriteAsync("album", (stream, token) => ZipAsync(stream, token), BlobCondition.None, Ct);
        await using (var album = await ZipSource.OpenAsync("album.zip", await blobs.OpenReadAsync("album", 0, null, Ct), new(), leaveOpen: false, Ct))
        {
            entries = [.. album.Entries];
        }

        var frames = entries.Reverse().Select(entry => new PlannedFrame(entry.Name, MediaPlace.OfBlob("album"), entry, "album.zip")).ToList();
        frames[0] = frames[0] with { Related = [new PlannedImage(entries[0].Name, MediaPlace.OfBlob("album"), entries[0])] };
        await blobs.WriteAsync(DataBlobs.GroupPlan(DataId, 0), frames, TaskDataJson.Default.PlannedFrame, Ct);
        (await blobs.ReadAsync(DataBlobs.GroupPlan(DataId, 0), TaskDataJson.Default.PlannedFrame, Ct).Select(frame => frame.Entry).ToListAsync(Ct)).ShouldBe(entries.Reverse());

        (await ActivatorUtilities.CreateInstance<BuildChunks>(_services).Run(step, Ct)).IsDone.ShouldBeTrue();

        (await blobs.ReadAsync(DataBlobs.GroupResult(DataId, 0), TaskDataJson.Default.BuiltFrame, Ct).Select(frame => (frame.Name, frame.Width)).ToListAsync(Ct))
            .ShouldBe([("2.png", 12), ("1.png", 11), ("0.png", 10)]);
        await using var context = await ZipSource.OpenAsync("context", await blobs.OpenReadAsync(DataBlobs.Context(DataId, 0), 0, null, Ct), new(), leaveOpen: false, Ct);
        (await context.ReadEntryAsync(context.Entries.ShouldHaveSingleItem(), Ct)).ShouldBe(Pictures.Png(10, 8));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task ZipAsync(Stream stream, CancellationToken ct)
    {
        var zip = new ZipStoreWriter(stream);
        for (var i = 0; i < 3; i++)
        {
            await zip.WriteStoredAsync($"{i}.png", Pictures.Png(10 + i, 8), ct);
        }

        await zip.FinishAsync(ct);
    }

    private async Task<WorkItem> RequestAsync()
    {
        var request = new WorkRequest
        {
            Id = "action=create&target=task&target_id=1",
            InstanceId = DataId,
            Orchestrator = CreateTaskDataOrchestrator.Name,
            Action = "create",
            Target = "task",
            TaskId = 1,
            CreatedDate = _time.GetUtcNow(),
        };
        await _services.GetRequiredService<IWorkspaces>().CommitAsync(WorkspaceId.Personal(1), new ChangeSet(null).Create(request), Ct);
        return new(WorkspaceId.Personal(1).Partition, request.Id, DataId);
    }
}
