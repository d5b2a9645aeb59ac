using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

public sealed class WorkspaceStoreTests(EmbeddedFixture fixture) : IClassFixture<EmbeddedFixture>
{
    private static int _last = 1000;
    private readonly WorkspaceId _workspace = WorkspaceId.Personal(Interlocked.Increment(ref _last));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CommitAsync_Nothing_DoesNothing()
    {
        await Store().CommitAsync(_workspace, new ChangeSet(1), Ct);

        (await LogAsync(Store(), null)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CommitAsync_AnyChange_IsSeenByTheNextRead(bool isSoleWriter)
    {
        var store = Store(isSoleWriter);
        (await store.ReadAsync(_workspace, view => view.All<Project>().Count, Ct)).ShouldBe(0);

        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(1)), Ct);
        (await store.ReadAsync(_workspace, view => view.Find<Project>(EntityKey.Of(1))!.Name, Ct)).ShouldBe("p1");

        var read = (await store.FindAsync<Project>(_workspace, EntityKey.Of(1), Ct))!;
        await store.CommitAsync(_workspace, new ChangeSet(1).Update(read, read.Value with { Name = "new" }), Ct);
        (await store.ReadAsync(_workspace, view => view.Find<Project>(EntityKey.Of(1))!.Name, Ct)).ShouldBe("new");
        await Should.ThrowAsync<StoreConflictException>(() => store.CommitAsync(_workspace, new ChangeSet(1).Delete(read), Ct));

        await store.CommitAsync(_workspace, new ChangeSet(1).Delete((await store.FindAsync<Project>(_workspace, EntityKey.Of(1), Ct))!), Ct);
        (await store.ReadAsync(_workspace, view => view.All<Project>().Count, Ct)).ShouldBe(0);
        (await store.FindAsync<Project>(_workspace, EntityKey.Of(1), Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task ReadAsync_OtherProcessWrote_SeesIt()
    {
        var (one, other) = (Store(), Store());
        await one.ReadAsync(_workspace, view => view.All<Project>().Count, Ct);

        await other.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(1)), Ct);

        (await one.ReadAsync(_workspace, view => view.All<Project>().Count, Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task LastChanged_JobChanges_MovesTaskAndProject()
    {
        var store = Store(isSoleWriter: true);
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewJob(3, 2, 1)).Create(NewTask(2, 1)).Create(NewProject(1)), Ct);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var read = (await store.FindAsync<Job>(_workspace, EntityKey.Of(3), Ct))!;

        await store.CommitAsync(_workspace, new ChangeSet(1).Update(read, read.Value with { State = "completed" }), Ct);

        var now = fixture.Time.GetUtcNow();
        (await store.ReadAsync(_workspace, view => (view.LastChanged("job", EntityKey.Of(3)), view.LastChanged("task", EntityKey.Of(2)), view.LastChanged("project", EntityKey.Of(1))), Ct))
            .ShouldBe((now, now, now));
        (await store.ReadAsync(_workspace, view => view.LastChanged("project", EntityKey.Of(9)), Ct)).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TouchAsync_Progress_IsInTheProjectionAndNotInTheLog(bool isSoleWriter)
    {
        var store = Store(isSoleWriter);
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewRequest()), Ct);
        await store.ReadAsync(_workspace, view => view.All<WorkRequest>().Count, Ct);

        await TouchAsync(store, 0.5);

        (await ProgressAsync(store)).ShouldBe(0.5);
        (await ProgressAsync(Store())).ShouldBe(0.5);
        (await LogAsync(store, null)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task TouchAsync_BeforeARestartFromASnapshot_IsStillSeen()
    {
        var store = Store(isSoleWriter: true, snapshotAfter: 1);
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewRequest()), Ct);
        await store.ReadAsync(_workspace, view => view.All<WorkRequest>().Count, Ct);
        await store.DisposeAsync();
        (await SnapshotsAsync()).ShouldHaveSingleItem();

        await TouchAsync(store, 0.7);

        (await ProgressAsync(Store(isSoleWriter: true))).ShouldBe(0.7);
    }

    [Fact]
    public async Task TouchAsync_ThenChange_TheChangeWins()
    {
        var store = Store(isSoleWriter: true);
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewRequest()), Ct);
        await TouchAsync(store, 0.5);
        var read = (await store.FindAsync<WorkRequest>(_workspace, NewRequest().Key, Ct))!;

        await store.CommitAsync(_workspace, new ChangeSet(1).Update(read, read.Value with { Status = "finished", Progress = 1 }), Ct);

        (await ProgressAsync(store)).ShouldBe(1);
        (await ProgressAsync(Store())).ShouldBe(1);
    }

    [Fact]
    public async Task ReadAsync_DamagedSnapshot_LoadsFromTheRows()
    {
        var store = Store(isSoleWriter: true, snapshotAfter: 1);
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(1)), Ct);
        await store.ReadAsync(_workspace, view => view.All<Project>().Count, Ct);
        await store.DisposeAsync();
        var snapshot = (await SnapshotsAsync()).ShouldHaveSingleItem();
        var bytes = await BytesAsync(snapshot.Name);
        bytes[^40] ^= 1;
        await fixture.Blobs.WriteAsync(snapshot.Name, (stream, ct) => stream.WriteAsync(bytes, ct).AsTask(), BlobCondition.None, Ct);

        (await Store().ReadAsync(_workspace, view => view.Find<Project>(EntityKey.Of(1))!.Name, Ct)).ShouldBe("p1");
    }

    [Fact]
    public async Task ReadAsync_ManySnapshots_KeepsTheNewestTwo()
    {
        var store = Store(isSoleWriter: true, snapshotAfter: 1);
        for (var id = 1; id <= 5; id++)
        {
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(id)), Ct);
            await store.ReadAsync(_workspace, view => view.All<Project>().Count, Ct);
            await store.DisposeAsync();
        }

        (await SnapshotsAsync()).Count.ShouldBe(2);
        (await Store().ReadAsync(_workspace, view => view.All<Project>().Count, Ct)).ShouldBe(5);
    }

    [Fact]
    public async Task ReadAsync_BeyondTheMemoryBudget_StillAnswers()
    {
        var store = Store(isSoleWriter: true, maxEntities: 1);
        var second = WorkspaceId.Organization(_workspace.OwnerId);
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(1)).Create(NewProject(2)), Ct);
        await store.CommitAsync(second, new ChangeSet(1).Create(NewProject(3)), Ct);

        for (var round = 0; round < 3; round++)
        {
            (await store.ReadAsync(_workspace, view => view.All<Project>().Count, Ct)).ShouldBe(2);
            (await store.ReadAsync(second, view => view.All<Project>().Count, Ct)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task CommitAsync_NinetyNineLongEntities_FitBecauseTheirChangeIsCompressed()
    {
        var store = Store();
        var changes = new ChangeSet(1);
        for (var id = 1; id <= ChangeSet.MaxEntities; id++)
        {
            changes.Create(new Label { Id = id, TaskId = 1, Name = $"l{id}", Color = "#ffffff", Svg = new string('s', 15_000) });
        }

        await store.CommitAsync(_workspace, changes, Ct);

        var entry = (await LogAsync(store, null)).ShouldHaveSingleItem();
        entry.Entities.Count.ShouldBe(ChangeSet.MaxEntities);
        entry.Entities[98].After!.Value.GetProperty("svg").GetString()!.Length.ShouldBe(15_000);
        (await store.ReadAsync(_workspace, view => view.All<Label>().Count, Ct)).ShouldBe(99);
    }

    [Fact]
    public async Task CommitAsync_TooLargeForARow_IsRefusedInTheContractsWay()
    {
        var label = new Label { Id = 1, TaskId = 1, Name = "l", Color = "#ffffff", Svg = new string('s', TableLimits.BodyBytes) };

        (await Should.ThrowAsync<CvatException>(() => Store().CommitAsync(_workspace, new ChangeSet(1).Create(label), Ct))).Kind.ShouldBe(ErrorKind.TooLarge);
    }

    [Fact]
    public async Task ChangesAsync_AfterAPosition_GoesOnBehindIt()
    {
        var store = Store();
        for (var id = 1; id <= 3; id++)
        {
            await store.CommitAsync(_workspace, new ChangeSet(id).Create(NewProject(id)), Ct);
        }

        var all = await LogAsync(store, null);

        all.Select(entry => entry.ActorId).ShouldBe([1, 2, 3]);
        (await LogAsync(store, all[0].Position)).Select(entry => entry.Position).ShouldBe(all.Skip(1).Select(entry => entry.Position));
        all[0].At.ShouldBe(fixture.Time.GetUtcNow());
    }

    private static Project NewProject(int id) => new() { Id = id, Name = $"p{id}", CreatedDate = default, UpdatedDate = default };

    private static AnnotationTask NewTask(int id, int project) => new() { Id = id, ProjectId = project, Name = $"t{id}", CreatedDate = default, UpdatedDate = default };

    private static Job NewJob(int id, int task, int project) =>
        new() { Id = id, TaskId = task, ProjectId = project, StartFrame = 0, StopFrame = 1, CreatedDate = default, UpdatedDate = default };

    private static WorkRequest NewRequest() =>
        new() { Id = "action=create&target=task&target_id=7", InstanceId = "i", Orchestrator = "CreateTaskData", Action = "create", Target = "task", CreatedDate = default };

    private WorkspaceStore Store(bool isSoleWriter = false, int snapshotAfter = 2000, int maxEntities = 1000) =>
        new(
            fixture.Tables,
            fixture.Blobs,
            DomainKinds.All,
            fixture.Time,
            new WorkspaceStoreOptions { IsSoleWriter = isSoleWriter, SnapshotAfter = snapshotAfter, MaxEntities = maxEntities },
            new WorkspaceSignals(),
            NullLogger<WorkspaceStore>.Instance);

    private async Task TouchAsync(WorkspaceStore store, double progress)
    {
        var read = (await store.FindAsync<WorkRequest>(_workspace, NewRequest().Key, Ct))!;
        await store.TouchAsync(_workspace, read, read.Value with { Progress = progress }, Ct);
    }

    private Task<double?> ProgressAsync(WorkspaceStore store) => store.ReadAsync(_workspace, view => view.Find<WorkRequest>(NewRequest().Key)!.Progress, Ct);

    private async Task<List<ChangeEntry>> LogAsync(WorkspaceStore store, string? after)
    {
        var entries = new List<ChangeEntry>();
        await foreach (var entry in store.ChangesAsync(_workspace, after, Ct))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private async Task<List<BlobProperties>> SnapshotsAsync()
    {
        var found = new List<BlobProperties>();
        await foreach (var blob in fixture.Blobs.ListAsync($"readmodels/{_workspace.Partition}/", Ct))
        {
            found.Add(blob);
        }

        return found;
    }

    private async Task<byte[]> BytesAsync(string name)
    {
        await using var stream = await fixture.Blobs.OpenReadAsync(name, 0, null, Ct);
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }
}
