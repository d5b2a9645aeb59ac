using CvatServerless.Domain;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

public sealed class ChangeHistoryTests(EmbeddedFixture fixture) : IClassFixture<EmbeddedFixture>
{
    private static int _last = 700_000;
    private readonly WorkspaceId _workspace = WorkspaceId.Personal(Interlocked.Increment(ref _last));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OfEntityAsync_AnyEntity_TellsItsChangesNewestFirstWithoutASearch()
    {
        var store = Store();
        await ScriptAsync(store, projects: 20, renames: 5);
        var tables = new CountingTables(fixture.Tables);

        var entries = await new ChangeHistory(tables, fixture.Time, new()).OfEntityAsync(_workspace, Project.Kind, EntityKey.Of(7), null, Ct).ToListAsync(Ct);

        entries.Select(entry => Name(entry, 7)).ShouldBe(["p7-4", "p7-3", "p7-2", "p7-1", "p7-0", "p7"]);
        (tables.PointReads, tables.Queries).ShouldBe((7, 0));
    }

    [Fact]
    public async Task OfEntityAsync_FromACursor_GoesOnBehindIt()
    {
        var store = Store();
        await ScriptAsync(store, projects: 3, renames: 4);
        var history = new ChangeHistory(fixture.Tables, fixture.Time, new());
        var first = await history.OfEntityAsync(_workspace, Project.Kind, EntityKey.Of(2), null, Ct).Take(2).ToListAsync(Ct);

        var rest = await history.OfEntityAsync(_workspace, Project.Kind, EntityKey.Of(2), first[^1].Position, Ct).ToListAsync(Ct);

        rest.Select(entry => Name(entry, 2)).ShouldBe(["p2-1", "p2-0", "p2"]);
    }

    [Fact]
    public async Task OfEntityAsync_DeletedOrTouched_IsFoundBySearch()
    {
        var store = Store();
        await ScriptAsync(store, projects: 2, renames: 2);
        await store.DeleteAllAsync<Project>(_workspace, 1, [EntityKey.Of(1)], Ct);
        var request = new WorkRequest { Id = "r", InstanceId = "i", Orchestrator = "o", Action = "create", Target = "task", CreatedDate = default };
        await store.CommitAsync(_workspace, new ChangeSet(1).Create(request), Ct);
        var read = (await store.FindAsync<WorkRequest>(_workspace, request.Key, Ct))!;
        await store.TouchAsync(_workspace, read, request with { Progress = 0.5 }, Ct);
        var history = new ChangeHistory(fixture.Tables, fixture.Time, new());

        var deleted = await history.OfEntityAsync(_workspace, Project.Kind, EntityKey.Of(1), null, Ct).ToListAsync(Ct);
        var touched = await history.OfEntityAsync(_workspace, WorkRequest.Kind, request.Key, null, Ct).ToListAsync(Ct);

        deleted.Select(entry => entry.Entities[0].Change).ShouldBe([ChangeKind.Deleted, ChangeKind.Updated, ChangeKind.Updated, ChangeKind.Created]);
        touched.Select(entry => entry.Entities[0].Change).ShouldBe([ChangeKind.Created]);
        (await history.OfEntityAsync(_workspace, Project.Kind, EntityKey.Of(99), null, Ct).ToListAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task BackwardsAsync_WholeLog_IsTheLogReversed()
    {
        var store = Store();
        await ScriptAsync(store, projects: 10, renames: 10);
        var forward = await store.ChangesAsync(_workspace, null, Ct).Select(entry => entry.Position).ToListAsync(Ct);
        var history = new ChangeHistory(fixture.Tables, fixture.Time, new());

        var backward = await history.BackwardsAsync(_workspace, null, DateTimeOffset.UnixEpoch, Ct).Select(entry => entry.Position).ToListAsync(Ct);
        var part = await history.BackwardsAsync(_workspace, forward[50], DateTimeOffset.UnixEpoch, Ct).Select(entry => entry.Position).ToListAsync(Ct);

        backward.ShouldBe(Enumerable.Reverse(forward));
        part.ShouldBe(forward.Take(50).Reverse());
    }

    [Fact]
    public async Task BackwardsAsync_MoreThanIsHeld_LosesNothing()
    {
        var store = Store();
        for (var i = 1; i <= 40; i++)
        {
            await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(i) with { Name = Scrambled(i) }), Ct);
        }

        var forward = await store.ChangesAsync(_workspace, null, Ct).Select(entry => entry.Position).ToListAsync(Ct);

        var backward = await new ChangeHistory(fixture.Tables, fixture.Time, new())
            .BackwardsAsync(_workspace, null, DateTimeOffset.UnixEpoch, Ct).Select(entry => entry.Position).ToListAsync(Ct);

        backward.ShouldBe(Enumerable.Reverse(forward));

        // Incompressible, so that the rows are as large as they look.
        static string Scrambled(int seed)
        {
            var bytes = new byte[150_000];
            new Random(seed).NextBytes(bytes);
            return Convert.ToBase64String(bytes);
        }
    }

    private static string? Name(ChangeEntry entry, int id) => entry.Entities.First(entity => entity.Key == EntityKey.Of(id)).After?.GetProperty("name").GetString();

    private static Project NewProject(int id) => new() { Id = id, Name = $"p{id}", CreatedDate = default, UpdatedDate = default };

    private async Task ScriptAsync(WorkspaceStore store, int projects, int renames)
    {
        for (var id = 1; id <= projects; id++)
        {
            await store.CommitAsync(_workspace, new ChangeSet(1).Create(NewProject(id)), Ct);
        }

        for (var round = 0; round < renames; round++)
        {
            fixture.Time.Advance(TimeSpan.FromHours(round));
            for (var id = 1; id <= projects; id++)
            {
                var name = $"p{id}-{round}";
                await store.UpdateAsync<Project>(_workspace, EntityKey.Of(id), 1, project => project with { Name = name }, Ct);
            }
        }
    }

    private WorkspaceStore Store() => new(
        fixture.Tables, fixture.Blobs, DomainKinds.All, fixture.Time, new WorkspaceStoreOptions { IsSoleWriter = true }, new WorkspaceSignals(), NullLogger<WorkspaceStore>.Instance);

    private sealed class CountingTables(ITableStore inner) : ITableStore
    {
        public int PointReads { get; private set; }

        public int Queries { get; private set; }

        public Task<TableRow?> FindAsync(string table, string partition, string row, CancellationToken ct)
        {
            PointReads++;
            return inner.FindAsync(table, partition, row, ct);
        }

        public Task<TablePage> QueryAsync(string table, string partition, RowRange range, int pageSize, string? continuation, CancellationToken ct)
        {
            Queries++;
            return inner.QueryAsync(table, partition, range, pageSize, continuation, ct);
        }

        public Task<IReadOnlyList<string?>> SubmitAsync(string table, string partition, IReadOnlyList<TableWrite> writes, Durability durability, CancellationToken ct) =>
            inner.SubmitAsync(table, partition, writes, durability, ct);
    }
}
