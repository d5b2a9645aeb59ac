using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Sources;
using CvatServerless.Tests.Unit.Functions.Sources;
using CvatServerless.Tests.Unit.Media;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Orchestrations;

/// <summary>Pictures of a bucket that come so slowly that one activity has not the time for all of them.</summary>
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

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
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
