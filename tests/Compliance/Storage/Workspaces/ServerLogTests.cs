using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

/// <summary>The server's log catches up with what a crash kept from it, and says everything once.</summary>
public sealed class ServerLogTests : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cvatserverless-serverlog-");
    private readonly ServiceProvider _services;

    public ServerLogTests() => _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddStorage(new StorageOptions { DataDirectory = _data.FullName })
        .AddSingleton<Unfinished>().AddTransient<ServerLog>()
        .BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IAccounts Accounts => _services.GetRequiredService<IAccounts>();

    private IWorkspaces Workspaces => _services.GetRequiredService<IWorkspaces>();

    /// <summary>As a process that has just begun.</summary>
    private ServerLog Log => _services.GetRequiredService<ServerLog>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task FollowAccountsAsync_AfterACrash_TellsWhatWasMissedOnce()
    {
        var ann = await Accounts.CreateAsync(id => NewUser(id, "ann"), Ct);
        var bob = await Accounts.CreateAsync(id => NewUser(id, "bob"), Ct);
        await Log.FollowAccountsAsync(ann.Id, Ct);
        await Accounts.UpdateAsync(ann.Id, user => user with { FirstName = "Ann", LastLogin = DateTimeOffset.UnixEpoch }, Ct);
        await Accounts.DeleteAsync(bob.Id, Ct);

        await Log.FollowAccountsAsync(null, Ct);
        await Log.FollowAccountsAsync(null, Ct);

        (await ChangesAsync()).ShouldBe([$"Created user {ann.Id}", $"Created user {bob.Id}", $"Updated user {ann.Id}", $"Deleted user {bob.Id}"]);
        (await Workspaces.FindAsync<AccountRecord>(WorkspaceId.Server, EntityKey.Of(ann.Id), Ct))!.Value.FirstName.ShouldBe("Ann");
    }

    [Fact]
    public async Task FollowAccountsAsync_SignIn_IsNoNews()
    {
        var ann = await Accounts.CreateAsync(id => NewUser(id, "ann"), Ct);
        var log = Log;
        await log.FollowAccountsAsync(null, Ct);
        await Accounts.UpdateAsync(ann.Id, user => user with { LastLogin = DateTimeOffset.UnixEpoch, PasswordHash = "other" }, Ct);

        await log.FollowAccountsAsync(null, Ct);

        (await ChangesAsync()).ShouldBe([$"Created user {ann.Id}"]);
    }

    [Fact]
    public async Task ResumeAsync_FoundingThatACrashStopped_IsToldOnce()
    {
        var (kept, never) = (NewOrganization(7), NewOrganization(8));
        await Log.BeginFoundingAsync(kept, Ct);
        await Log.BeginFoundingAsync(never, Ct);
        await Workspaces.CommitAsync(WorkspaceId.Organization(7), new ChangeSet(1).Create(kept), Ct);

        foreach (var work in await _services.GetRequiredService<Unfinished>().ListAsync(ServerLog.Founding, Ct))
        {
            await Log.ResumeAsync(work.Workspace, work.Key, Ct);
        }

        await Log.FoundedAsync(kept, 1, Ct);
        await Log.RemovedAsync(kept, 1, Ct);
        await Log.RemovedAsync(kept, 1, Ct);

        (await ChangesAsync()).ShouldBe(["Created organization_record 7", "Deleted organization_record 7"]);
        (await _services.GetRequiredService<Unfinished>().ListAsync(ServerLog.Founding, Ct)).ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<string>> ChangesAsync() =>
        [.. await Workspaces.ChangesAsync(WorkspaceId.Server, null, Ct).SelectMany(entry => entry.Entities)
            .Select(entity => $"{entity.Change} {entity.Kind} {int.Parse(entity.Key, System.Globalization.CultureInfo.InvariantCulture)}").ToListAsync(Ct)];

    private static User NewUser(int id, string name) => new() { Id = id, Username = name, DateJoined = default, SecurityStamp = "s" };

    private static Organization NewOrganization(int id) => new() { Id = id, Slug = $"o{id}", Name = "o", OwnerId = 1, CreatedDate = default, UpdatedDate = default };
}
