using System.Text.Json;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Embedded;
using CvatServerless.Storage.Identity;
using CvatServerless.Storage.Workspaces;
using CvatServerless.Tests.Compliance.Faults;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Identity;

public sealed class AccountsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cvatserverless-accounts-").FullName;
    private readonly SqliteDatabase _database;
    private readonly SqliteTableStore _tables;
    private readonly Sessions _sessions;
    private readonly AccessTokens _tokens;

    public AccountsTests()
    {
        _database = new SqliteDatabase(_directory);
        _tables = new SqliteTableStore(_database, TimeProvider.System);
        _sessions = new Sessions(_tables, TimeProvider.System);
        _tokens = new AccessTokens(_tables, new Sequences(_tables, TimeProvider.System), TimeProvider.System);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateAsync_NewAccount_IsFoundInEveryWay(bool isSoleWriter)
    {
        var accounts = Create(isSoleWriter: isSoleWriter);
        await accounts.AllAsync(Ct);

        var user = await accounts.CreateAsync(id => NewUser(id, "Ann/Ö", "Ann@Example.org"), Ct);

        JsonSerializer.Serialize(await accounts.FindAsync(user.Id, Ct)).ShouldBe(JsonSerializer.Serialize(user));
        (await accounts.FindByNameAsync("ANN/ö", Ct))!.Id.ShouldBe(user.Id);
        (await accounts.FindByNameAsync("ann@EXAMPLE.org", Ct))!.Id.ShouldBe(user.Id);
        (await accounts.FindByNameAsync("nobody", Ct)).ShouldBeNull();
        (await accounts.AllAsync(Ct)).Select(found => found.Id).ShouldBe([user.Id]);
    }

    [Fact]
    public async Task CreateAsync_TakenName_SaysWhichField()
    {
        var accounts = Create();
        await accounts.CreateAsync(id => NewUser(id, "ann", "ann@example.org"), Ct);

        (await Should.ThrowAsync<AccountTakenException>(() => accounts.CreateAsync(id => NewUser(id, "ANN", ""), Ct))).Field.ShouldBe("username");
        (await Should.ThrowAsync<AccountTakenException>(() => accounts.CreateAsync(id => NewUser(id, "bob", "ANN@example.org"), Ct))).Field.ShouldBe("email");
        (await accounts.AllAsync(Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task CreateAsync_SameNameManyTimesAtOnce_ExactlyOneWins()
    {
        var faulty = new FaultyTableStore(_tables, 3, 3);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                await Create(faulty).CreateAsync(id => NewUser(id, "ann", $"ann{i}@example.org"), Ct);
                return true;
            }
            catch (AccountTakenException)
            {
                return false;
            }
        })));

        results.Count(won => won).ShouldBe(1);
        (await Create().AllAsync(Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task UpdateAsync_NewName_FreesTheOldOne()
    {
        var accounts = Create();
        var ann = await accounts.CreateAsync(id => NewUser(id, "ann", "ann@example.org"), Ct);
        var bob = await accounts.CreateAsync(id => NewUser(id, "bob", ""), Ct);

        (await accounts.UpdateAsync(ann.Id, user => user with { Username = "anna", Email = "" }, Ct))!.Username.ShouldBe("anna");

        (await accounts.FindByNameAsync("ann", Ct)).ShouldBeNull();
        (await accounts.FindByNameAsync("ann@example.org", Ct)).ShouldBeNull();
        (await accounts.FindAsync(ann.Id, Ct))!.Username.ShouldBe("anna");
        await Should.ThrowAsync<AccountTakenException>(() => accounts.UpdateAsync(bob.Id, user => user with { Username = "ANNA" }, Ct));
        (await accounts.UpdateAsync(bob.Id, user => user with { Username = "ann" }, Ct)).ShouldNotBeNull();
        (await accounts.UpdateAsync(99, user => user, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task UpdateAsync_SameNameInAnotherCase_IsAllowed()
    {
        var accounts = Create();
        var ann = await accounts.CreateAsync(id => NewUser(id, "ann", ""), Ct);

        (await accounts.UpdateAsync(ann.Id, user => user with { Username = "Ann" }, Ct))!.Username.ShouldBe("Ann");
    }

    [Fact]
    public async Task UpdateAsync_ManyAtOnce_LosesNone()
    {
        var ann = await Create().CreateAsync(id => NewUser(id, "ann", ""), Ct);
        var accounts = Create(time: new HurriedTime(default));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => accounts.UpdateAsync(ann.Id, user => user with { FirstName = user.FirstName + "x" }, Ct))));

        (await accounts.FindAsync(ann.Id, Ct))!.FirstName.ShouldBe("xxxx");
    }

    [Fact]
    public async Task DeleteAsync_Account_TakesEverythingWithIt()
    {
        var accounts = Create();
        var ann = await accounts.CreateAsync(id => NewUser(id, "ann", "ann@example.org"), Ct);
        await _sessions.SaveAsync("s1", NewSession(ann.Id, false), Ct);
        await _tokens.CreateAsync(ann.Id, (id, _) => NewToken(id, ann.Id, "h1"), Ct);

        (await accounts.DeleteAsync(ann.Id, Ct)).ShouldBeTrue();

        (await accounts.DeleteAsync(ann.Id, Ct)).ShouldBeFalse();
        (await accounts.FindAsync(ann.Id, Ct)).ShouldBeNull();
        (await _sessions.FindAsync("s1", Ct)).ShouldBeNull();
        (await _tokens.FindByHashAsync("h1", Ct)).ShouldBeNull();
        (await accounts.CreateAsync(id => NewUser(id, "ann", "ann@example.org"), Ct)).Id.ShouldBeGreaterThan(ann.Id);
    }

    [Fact]
    public async Task Sessions_OfAUser_EndTogether()
    {
        await _sessions.SaveAsync("a", NewSession(1, false), Ct);
        await _sessions.SaveAsync("b", NewSession(1, true), Ct);
        await _sessions.SaveAsync("c", NewSession(2, false), Ct);

        await _sessions.DeleteAllAsync(1, apiKeysOnly: true, Ct);
        (await _sessions.FindAsync("a", Ct)).ShouldNotBeNull();
        (await _sessions.FindAsync("b", Ct)).ShouldBeNull();

        await _sessions.DeleteAllAsync(1, apiKeysOnly: false, Ct);
        (await _sessions.FindAsync("a", Ct)).ShouldBeNull();
        (await _sessions.FindAsync("c", Ct)).ShouldNotBeNull();
        await _sessions.DeleteAsync("c", Ct);
        await _sessions.DeleteAsync("c", Ct);
        (await _sessions.FindAsync("c", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task AccessTokens_CreateAndUpdate_AreFoundByHashAndUser()
    {
        var token = await _tokens.CreateAsync(4, (id, _) => NewToken(id, 4, "hash"), Ct);

        (await _tokens.UpdateAsync(4, token.Id, read => read with { IsRevoked = true }, Ct))!.IsRevoked.ShouldBeTrue();

        (await _tokens.FindByHashAsync("hash", Ct))!.IsRevoked.ShouldBeTrue();
        (await _tokens.OfUserAsync(4, Ct)).ShouldHaveSingleItem().Id.ShouldBe(token.Id);
        (await _tokens.OfUserAsync(5, Ct)).ShouldBeEmpty();
        (await _tokens.UpdateAsync(5, token.Id, read => read, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task AccessTokens_ManyAtOnceFromSeveralProcesses_NoneIsMadeWithoutKnowingOfTheOthers()
    {
        const int limit = 5;
        var faulty = new FaultyTableStore(_tables, 5, 3);
        var processes = Enumerable.Range(0, 3).Select(_ => new AccessTokens(faulty, new Sequences(_tables, TimeProvider.System), new HurriedTime(default))).ToList();

        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            try
            {
                await processes[i % processes.Count].CreateAsync(6, (id, others) => others.Count < limit ? NewToken(id, 6, $"h{i}") : throw new InvalidOperationException(), Ct);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        })));

        made.Count(token => token).ShouldBe(limit);
        (await _tokens.OfUserAsync(6, Ct)).Count.ShouldBe(limit);
        processes.ForEach(process => process.Dispose());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UpdateAsync_WithRegardToOthers_NeverSeesWhatIsNoMore(bool isSoleWriter)
    {
        const int count = 6;
        var accounts = Create(isSoleWriter: isSoleWriter);
        for (var i = 0; i < count; i++)
        {
            await accounts.CreateAsync(id => NewUser(id, $"user{id}", ""), Ct);
        }

        var one = isSoleWriter ? accounts : Create();
        var left = await Task.WhenAll((await accounts.AllAsync(Ct)).Select((user, i) => Task.Run(() => (i % 2 == 0 ? accounts : one).UpdateAsync(user.Id, Leave, Ct))));

        left.Count(user => !user!.IsActive).ShouldBe(count - 1);
        (await accounts.AllAsync(Ct)).Count(user => user.IsActive).ShouldBe(1);

        static User Leave(User user, IReadOnlyList<User> all) => user with { IsActive = !all.Any(other => other.Id != user.Id && other.IsActive) };
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _database.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static User NewUser(int id, string name, string email) => new() { Id = id, Username = name, Email = email, DateJoined = default, SecurityStamp = "s" };

    private static Session NewSession(int user, bool isApiKey) => new() { UserId = user, SecurityStamp = "s", Expires = default, IsApiKey = isApiKey };

    private static AccessToken NewToken(int id, int user, string hash) =>
        new() { Id = id, UserId = user, Name = "t", ValueHash = hash, CreatedDate = default, UpdatedDate = default };

    private Accounts Create(ITableStore? tables = null, bool isSoleWriter = false, TimeProvider? time = null)
    {
        tables ??= _tables;
        time ??= new HurriedTime(default);
        return new Accounts(tables, new Sequences(tables, time), new UserDirectory(tables, time, isSoleWriter), _sessions, _tokens, time);
    }
}
