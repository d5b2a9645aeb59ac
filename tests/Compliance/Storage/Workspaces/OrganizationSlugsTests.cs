using CvatServerless.Storage.Workspaces;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

public sealed class OrganizationSlugsTests(EmbeddedFixture fixture) : IClassFixture<EmbeddedFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClaimAsync_ManyAtOnce_OneHasIt()
    {
        var won = await Task.WhenAll(Enumerable.Range(1, 16).Select(async id => (Id: id, Won: await Create().ClaimAsync("acme", id, Ct))));

        var winner = won.Single(claim => claim.Won).Id;
        (await Create().FindAsync("acme", Ct))!.OrganizationId.ShouldBe(winner);
        (await Create().ClaimAsync("acme", winner, Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task ReleaseAsync_ByAnother_ChangesNothing()
    {
        await Create().ClaimAsync("mine", 1, Ct);

        await Create().ReleaseAsync("mine", 2, Ct);
        (await Create().FindAsync("mine", Ct)).ShouldNotBeNull();

        await Create().ReleaseAsync("mine", 1, Ct);
        await Create().ReleaseAsync("mine", 1, Ct);
        (await Create().ClaimAsync("mine", 2, Ct)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("way-too-long-to-be-one")]
    [InlineData("ümlaut")]
    public async Task FindAsync_NoSlug_IsNull(string text) => (await Create().FindAsync(text, Ct)).ShouldBeNull();

    private OrganizationSlugs Create() => new(fixture.Tables, fixture.Time);
}
