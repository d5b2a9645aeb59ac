using System.Text;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage;
using CvatServerless.Tests.Compliance.Azurite;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage;

/// <summary>Secrets at rest, with their keys, in both places where they may be.</summary>
public abstract class SecretStoreCompliance
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_AnotherProcess_ReadsIt()
    {
        await using (var first = await ProcessAsync())
        {
            await first.GetRequiredService<ISecretStore>().SetAsync("owner-1", "a", "sécret", Ct);
        }

        await using var second = await ProcessAsync();
        var secrets = second.GetRequiredService<ISecretStore>();

        (await secrets.FindAsync("owner-1", "a", Ct)).ShouldBe("sécret");
        (await secrets.FindAsync("owner-1", "b", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Set_Row_HoldsNothingReadable_AndIsGoodAtItsPlaceAlone()
    {
        await using var process = await ProcessAsync();
        var (secrets, tables) = (process.GetRequiredService<ISecretStore>(), process.GetRequiredService<ITableStore>());
        await secrets.SetAsync("owner-2", "a", "plain-as-day", Ct);

        var row = (await tables.FindAsync("secrets", "owner-2", "a", Ct))!;
        await tables.SubmitAsync("secrets", "owner-3", [new UpsertRow("a", row.Body)], Ct);

        Encoding.Latin1.GetString(row.Body.Span).ShouldNotContain("plain");
        (await secrets.FindAsync("owner-3", "a", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Remove_One_LeavesOthersAndOtherOwners()
    {
        await using var process = await ProcessAsync();
        var secrets = process.GetRequiredService<ISecretStore>();
        foreach (var (owner, name) in new[] { ("owner-4", "a"), ("owner-4", "b"), ("owner-5", "a") })
        {
            await secrets.SetAsync(owner, name, owner + name, Ct);
        }

        await secrets.RemoveAsync("owner-4", "a", Ct);
        (await secrets.FindAsync("owner-4", "a", Ct), await secrets.FindAsync("owner-4", "b", Ct), await secrets.FindAsync("owner-5", "a", Ct)).ShouldBe((null, "owner-4b", "owner-5a"));
        await secrets.RemoveAllAsync("owner-4", Ct);
        (await secrets.FindAsync("owner-4", "b", Ct)).ShouldBeNull();
        await secrets.RemoveAllAsync("owner-4", Ct);
    }

    private protected abstract Task<StorageOptions> PlaceAsync();

    private async Task<ServiceProvider> ProcessAsync() => new ServiceCollection().AddStorage(await PlaceAsync()).BuildServiceProvider();
}

public sealed class EmbeddedSecretStoreTests : SecretStoreCompliance, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cvatserverless-secrets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private protected override Task<StorageOptions> PlaceAsync() => Task.FromResult(new StorageOptions { DataDirectory = _directory });
}

public sealed class AzureSecretStoreTests(AzuriteFixture azurite) : SecretStoreCompliance
{
    private protected override async Task<StorageOptions> PlaceAsync() => new() { ConnectionString = await azurite.ConnectionStringAsync(TestContext.Current.CancellationToken) };
}
