using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Orchestrations.MergeConsensus;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media.Manifest;
using CvatServerless.Storage.Annotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Orchestrations;

/// <summary>A merge of one long job with two replicas: in pieces, and repeated at any point.</summary>
public sealed class MergeLaneTests : IAsyncDisposable
{
    private const string Attempt = "attempt";
    private const int Frames = (2 * ReplicaVote.StretchFrames) + 20;

    private static readonly WorkspaceId Workspace = WorkspaceId.Personal(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cvatserverless-merge-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services;

    public MergeLaneTests() => _services = new ServiceCollection().AddSingleton<TimeProvider>(_time)
        .AddFunctions(new ServerOptions { DataFolder = _folder.FullName }).BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IWorkspaces Workspaces => _services.GetRequiredService<IWorkspaces>();

    private AnnotationService Annotations => _services.GetRequiredService<AnnotationService>();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 3)]
    public async Task Run_TimeIsOver_GoesOnAtTheNextCall(int minutesPerLookAtTheClock, int calls)
    {
        var step = await PrepareAsync();
        _time.AutoAdvanceAmount = TimeSpan.FromMinutes(minutesPerLookAtTheClock);

        var made = 0;
        for (MergeStep? next = step; next is not null; made++)
        {
            next = await RunAsync(next);
        }

        made.ShouldBe(calls);
        var merged = (await ReadAsync(1)).Data.Shapes;
        merged.Select(shape => (shape.Frame, shape.Score)).ShouldBe(Enumerable.Range(0, Frames).Select(frame => (frame, frame % 2 == 0 ? 1 : 0.5)));
        (await JobAsync(1)).State.ShouldBe("completed");
        (await _services.GetRequiredService<IBlobStore>().ListAsync($"merges/{Attempt}/", Ct).ToListAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_RepeatedAfterTheSave_ChangesNothing()
    {
        var step = await PrepareAsync();
        (await RunAsync(step)).ShouldBeNull();
        var before = await ReadAsync(1);
        await DrawAsync(2, OperationKind.Clear, []);
        await Workspaces.UpdateAsync<Job>(Workspace, EntityKey.Of(1), 1, job => job with { State = "in progress" }, Ct);

        (await RunAsync(step)).ShouldBeNull();
        (await RunAsync(step with { Stretch = 2 })).ShouldBeNull();

        var after = await ReadAsync(1);
        (after.Revision, after.Data.Shapes.Select(shape => shape.Id)).ShouldSatisfyAllConditions(
            () => after.Revision.ShouldBe(before.Revision),
            () => after.Data.Shapes.Select(shape => shape.Id).ShouldBe(before.Data.Shapes.Select(shape => shape.Id)));
        (await JobAsync(1)).State.ShouldBe("in progress");
    }

    [Fact]
    public async Task Run_DiedBetweenSaveAndCompletion_OnlyCompletes()
    {
        var step = await PrepareAsync();
        var parent = (await _services.GetRequiredService<Access>().FindJobAsync(1, Ct))!;
        var merged = _services.GetRequiredService<MergedJobs>();
        for (var stretch = 0; stretch < 3; stretch++)
        {
            await merged.KeepAsync(Attempt, 1, stretch, LabeledData.Empty, Ct);
        }

        await merged.SaveAsync(parent, 1, Attempt, Ct);

        (await RunAsync(step)).ShouldBeNull();

        (await ReadAsync(1)).Data.Shapes.ShouldBeEmpty();
        (await JobAsync(1)).State.ShouldBe("completed");
    }

    [Fact]
    public async Task Run_AnotherAttempt_VotesAnew()
    {
        var step = await PrepareAsync();
        await RunAsync(step);
        await DrawAsync(2, OperationKind.Clear, []);

        await RunAsync(await RequestAsync("later"));

        (await ReadAsync(1)).Data.Shapes.ShouldAllBe(shape => shape.Score == 0.5);
        (await ReadAsync(1)).Data.Shapes.Count.ShouldBe(Frames);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<MergeStep?> RunAsync(MergeStep step) => ActivatorUtilities.CreateInstance<MergeLane>(_services).Run(step, Ct);

    private async Task<JobAnnotations> ReadAsync(int job) => await Annotations.ReadAsync(Workspace, await JobAsync(job), Ct);

    private async Task<Job> JobAsync(int id) => (await Workspaces.FindAsync<Job>(Workspace, EntityKey.Of(id), Ct))!.Value;

    private Task DrawAsync(int job, OperationKind kind, IEnumerable<int> frames) => Annotations.WriteAsync(
        1,
        Workspace,
        job,
        kind,
        clearsAll: true,
        new() { Shapes = [.. frames.Select(frame => new LabeledShape { LabelId = 1, Type = ShapeType.Rectangle, Frame = frame, Points = [0, 0, 10, 10] })] },
        "",
        Ct);

    /// <summary>A task with one job of which the first replica has a box on every other frame, the second one on all.</summary>
    private async Task<MergeStep> PrepareAsync()
    {
        var now = _time.GetUtcNow();
        var blobs = _services.GetRequiredService<IBlobStore>();
        await blobs.WriteAsync(
            DataBlobs.Manifest("d"),
            async (stream, token) =>
            {
                var manifest = new ManifestWriter(stream);
                for (var frame = 0; frame < Frames; frame++)
                {
                    await manifest.WriteAsync(ManifestEntry.Of($"{frame}.png", 40, 30, []), token);
                }

                await manifest.FinishAsync(token);
            },
            BlobCondition.None,
            Ct);
        var data = new TaskData
        {
            DataId = "d",
            Size = Frames,
            Mode = "annotation",
            ChunkSize = 10,
            ImageQuality = 70,
            StartFrame = 0,
            StopFrame = Frames - 1,
            ChunksUpdatedDate = now,
        };
        var changes = new ChangeSet(1)
            .Create(new AnnotationTask { Id = 1, Name = "t", CreatedDate = now, UpdatedDate = now, InitialReplicas = 2, Data = data })
            .Create(new Label { Id = 1, TaskId = 1, Name = "a", Color = "#000000" });
        for (var id = 1; id <= 3; id++)
        {
            changes.Create(new Job
            {
                Id = id,
                TaskId = 1,
                Type = id == 1 ? Job.Annotation : Job.Replica,
                ParentJobId = id == 1 ? null : 1,
                State = id == 1 ? "new" : "completed",
                StartFrame = 0,
                StopFrame = Frames - 1,
                CreatedDate = now,
                UpdatedDate = now,
            });
        }

        await Workspaces.CommitAsync(Workspace, changes, Ct);
        await _services.GetRequiredService<ILocators>().AddAsync(Workspace, Job.Kind, [.. Enumerable.Range(1, 3).Select(EntityKey.Of)], Ct);
        await DrawAsync(2, OperationKind.Replace, Enumerable.Range(0, Frames).Where(frame => frame % 2 == 0));
        await DrawAsync(3, OperationKind.Replace, Enumerable.Range(0, Frames));
        return await RequestAsync(Attempt);
    }

    private async Task<MergeStep> RequestAsync(string attempt)
    {
        var request = new WorkRequest
        {
            Id = $"action=merge&target=task&target_id={attempt}",
            InstanceId = attempt,
            Orchestrator = MergeConsensusOrchestrator.Name,
            Action = "merge",
            Target = "task",
            TaskId = 1,
            OwnerId = 1,
            InputBlob = MergeParameters.Blob(attempt),
            CreatedDate = _time.GetUtcNow(),
        };
        await _services.GetRequiredService<IBlobStore>().WriteAsync(
            request.InputBlob, (stream, token) => stream.WriteAsync("""{"job_ids":[1]}"""u8.ToArray(), token).AsTask(), BlobCondition.None, Ct);
        await Workspaces.CommitAsync(Workspace, new ChangeSet(null).Create(request), Ct);
        return new(new(Workspace.Partition, request.Id, attempt), 0, 0, 1);
    }
}
