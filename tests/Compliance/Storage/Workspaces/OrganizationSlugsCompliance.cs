using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Azure;
using CvatServerless.Storage.Workspaces;
using CvatServerless.Tests.Compliance.Azurite;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

/// <summary>Slugs are unique on every store; each call stands for a process of its own.</summary>
public abstract class OrganizationSlugsCompliance
{
    private readonly string _slug = Guid.NewGuid().ToString("N")[..12];

    protected abstract ITableStore Tables { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClaimAsync_ManyAtOnce_OneHasIt()
    {
        var won = await Task.WhenAll(Enumerable.Range(1, 16).Select(async id => (Id: id, Won: await Create().ClaimAsync(_slug, id, Ct))));

        var winner = won.Single(claim => claim.Won).Id;
        (await Create().FindAsync(_slug, Ct))!.OrganizationId.ShouldBe(winner);
        (await Create().ClaimAsync(_slug, winner, Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task ClaimAsync_ReleasedByTwoAtOnce_GoesToOneOfTheNext()
    {
        await Create().ClaimAsync(_slug, 1, Ct);

        await Task.WhenAll(Create().ReleaseAsync(_slug, 1, Ct), Create().ReleaseAsync(_slug, 1, Ct));
        var won = await Task.WhenAll(Create().ClaimAsync(_slug, 2, Ct), Create().ClaimAsync(_slug, 3, Ct));

        won.Count(claim => claim).ShouldBe(1);
        (await Create().FindAsync(_slug, Ct))!.OrganizationId.ShouldBe(won[0] ? 2 : 3);
    }

    [Fact]
    public async Task ReleaseAsync_ByAnother_ChangesNothing()
    {
        await Create().ClaimAsync(_slug, 1, Ct);

        await Create().ReleaseAsync(_slug, 2, Ct);
        (await Create().FindAsync(_slug, Ct)).ShouldNotBeNull();

        await Create().ReleaseAsync(_slug, 1, Ct);
        await Create().ReleaseAsync(_slug, 1, Ct);
        (await Create().ClaimAsync(_slug, 2, Ct)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("way-too-long-to-be-one")]
    [InlineData("ümlaut")]
    public async Task FindAsync_NoSlug_IsNull(string text) => (await Create().FindAsync(text, Ct)).ShouldBeNull();

    private OrganizationSlugs Create() => new(Tables, TimeProvider.System);
}

public sealed class EmbeddedOrganizationSlugsTests(EmbeddedFixture fixture) : OrganizationSlugsCompliance, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Tables => fixture.Tables;
}

public sealed class AzureOrganizationSlugsTests(AzuriteFixture azurite) : OrganizationSlugsCompliance, IAsyncLifetime
{
    private AzureTableStore? _tables;

    protected override ITableStore Tables => _tables!;

    public async ValueTask InitializeAsync() => _tables = new AzureTableStore(await azurite.ClientsAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
