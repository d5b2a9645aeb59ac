using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Workspaces;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

public sealed class LocatorsTests(EmbeddedFixture fixture) : IClassFixture<EmbeddedFixture>
{
    private readonly string _kind = $"kind-{Guid.NewGuid():N}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_ManyKeys_AreFoundByOtherProcesses()
    {
        var workspace = WorkspaceId.Organization(5);
        await Create().AddAsync(workspace, _kind, [.. Enumerable.Range(1, 250).Select(EntityKey.Of)], Ct);

        (await Create().FindAsync(_kind, EntityKey.Of(250), Ct)).ShouldBe(workspace);
        (await Create().FindAsync(_kind, EntityKey.Of(251), Ct)).ShouldBeNull();
        (await Create().AllAsync(Ct)).ShouldContain(workspace);
    }

    [Fact]
    public async Task SetAsync_Moved_IsSeenAtOnceHereAndSoonElsewhere()
    {
        var (here, elsewhere) = (Create(), Create());
        await here.AddAsync(WorkspaceId.Personal(1), _kind, ["a"], Ct);
        await elsewhere.FindAsync(_kind, "a", Ct);

        await here.SetAsync(_kind, "a", WorkspaceId.Organization(2), Ct);

        (await here.FindAsync(_kind, "a", Ct)).ShouldBe(WorkspaceId.Organization(2));
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        (await elsewhere.FindAsync(_kind, "a", Ct)).ShouldBe(WorkspaceId.Organization(2));

        await here.SetAsync(_kind, "a", null, Ct);
        await here.SetAsync(_kind, "a", null, Ct);
        (await here.FindAsync(_kind, "a", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task ReadAsync_MovedElsewhere_IsReadWhereItIsNow()
    {
        var (here, elsewhere) = (Create(), Create());
        var (before, now) = (WorkspaceId.Personal(1), WorkspaceId.Organization(2));
        await here.AddAsync(before, _kind, ["a"], Ct);
        await elsewhere.FindAsync(_kind, "a", Ct);
        await here.SetAsync(_kind, "a", now, Ct);

        (await elsewhere.ReadAsync(_kind, "a", workspace => Task.FromResult(workspace == now ? "found" : null), Ct)).ShouldBe("found");

        (await elsewhere.FindAsync(_kind, "a", Ct)).ShouldBe(now);
        (await elsewhere.ReadAsync<string>(_kind, "a", _ => Task.FromResult<string?>(null), Ct)).ShouldBeNull();
        (await elsewhere.ReadAsync<string>(_kind, "b", _ => Task.FromResult<string?>("x"), Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task AddGuestAsync_Twice_IsListedOnce()
    {
        const int User = 77;
        await Create().AddGuestAsync(User, WorkspaceId.Personal(3), Ct);
        await Create().AddGuestAsync(User, WorkspaceId.Personal(3), Ct);

        (await Create().GuestOfAsync(User, Ct)).ShouldBe([WorkspaceId.Personal(3)]);
    }

    private Locators Create() => new(fixture.Tables, fixture.Time, TimeSpan.FromSeconds(30));
}
