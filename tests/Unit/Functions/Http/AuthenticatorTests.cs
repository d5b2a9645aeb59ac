using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Http.OpenId;
using CvatServerless.Functions.Http.Throttling;
using CvatServerless.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Http;

/// <summary>What time does to credentials, on a fake clock and the real store.</summary>
public sealed class AuthenticatorTests : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cvatserverless-auth-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services;

    public AuthenticatorTests() => _services = new ServiceCollection()
        .AddSingleton<TimeProvider>(_time)
        .AddStorage(new StorageOptions { DataDirectory = _data.FullName })
        .AddSingleton(new ServerOptions())
        .AddSingleton<Unfinished>().AddSingleton<ServerLog>()
        .AddSingleton<Passwords>().AddSingleton<FailedSignIns>().AddSingleton<UrlSigner>().AddSingleton<OpenIdTokens>().AddSingleton<Authenticator>()
        .BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IAccessTokens Tokens => _services.GetRequiredService<IAccessTokens>();

    [Fact]
    public async Task Bearer_Use_IsRecordedAtMostEveryTwoHours()
    {
        var token = await TokenAsync(null);

        await OpensAsync("secret");
        var first = await LastUseAsync(token);
        _time.Advance(TimeSpan.FromMinutes(119));
        await OpensAsync("secret");
        var second = await LastUseAsync(token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await OpensAsync("secret");

        second.ShouldBe(first);
        (await LastUseAsync(token)).ShouldBe(first + TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Bearer_Unused180Days_OpensNothing()
    {
        await TokenAsync(null);
        _time.Advance(TimeSpan.FromDays(179));
        (await OpensAsync("secret")).ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(179));
        (await OpensAsync("secret")).ShouldBeTrue();

        _time.Advance(TimeSpan.FromDays(180));

        (await OpensAsync("secret")).ShouldBeFalse();
    }

    [Fact]
    public async Task Bearer_Expired_OpensNothing()
    {
        await TokenAsync(_time.GetUtcNow().AddHours(1));
        (await OpensAsync("secret")).ShouldBeTrue();

        _time.Advance(TimeSpan.FromHours(1));

        (await OpensAsync("secret")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public async Task SignedUrl_After30Seconds_OpensNothing(int seconds, bool opens)
    {
        var user = await UserAsync();
        var http = Context("GET");
        http.SetActor(new(user.Id, user.Username, "user", Credential.Basic), null);
        var url = new Uri(await _services.GetRequiredService<UrlSigner>().SignAsync(http.Request, "/api/tasks/7/preview?a=b", Ct));

        _time.Advance(TimeSpan.FromSeconds(seconds));

        (await OpensAsync(Signed(url, "GET"))).ShouldBe(opens);
    }

    [Fact]
    public async Task SignedUrl_AfterANewPassword_OpensNothing()
    {
        var user = await UserAsync();
        var http = Context("GET");
        http.SetActor(new(user.Id, user.Username, "user", Credential.Basic), null);
        var url = new Uri(await _services.GetRequiredService<UrlSigner>().SignAsync(http.Request, "/api/tasks", Ct));

        await _services.GetRequiredService<IAccounts>().UpdateAsync(user.Id, read => read with { SecurityStamp = "another" }, Ct);

        (await OpensAsync(Signed(url, "GET"))).ShouldBeFalse();
        (await OpensAsync(Signed(url, "POST"))).ShouldBeFalse();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private HttpContext Signed(Uri url, string method)
    {
        var http = Context(method);
        http.Request.Path = url.AbsolutePath;
        http.Request.QueryString = new(url.Query);
        return http;
    }

    private DefaultHttpContext Context(string method) =>
        new() { RequestServices = _services, Request = { Method = method, Scheme = "http", Host = new("localhost") } };

    private Task<User> UserAsync() => _services.GetRequiredService<IAccounts>().CreateAsync(
        id => new User { Id = id, Username = "ann", DateJoined = _time.GetUtcNow(), SecurityStamp = "stamp" }, Ct);

    private async Task<AccessToken> TokenAsync(DateTimeOffset? expires)
    {
        var user = await UserAsync();
        var now = _time.GetUtcNow();
        return await Tokens.CreateAsync(
            user.Id,
            (id, _) => new AccessToken { Id = id, UserId = user.Id, Name = "t", ValueHash = Authenticator.Hash("secret"), CreatedDate = now, UpdatedDate = now, ExpiryDate = expires },
            Ct);
    }

    private async Task<DateTimeOffset?> LastUseAsync(AccessToken token) => (await Tokens.OfUserAsync(token.UserId, Ct)).Single().LastUsedDate;

    private Task<bool> OpensAsync(string secret)
    {
        var http = Context("GET");
        http.Request.Headers.Authorization = "Bearer " + secret;
        return OpensAsync(http);
    }

    private async Task<bool> OpensAsync(HttpContext http)
    {
        try
        {
            await _services.GetRequiredService<Authenticator>().AuthenticateAsync(http, Ct);
            return !http.Request.Actor().IsAnonymous;
        }
        catch (CvatException e) when (e.Kind == ErrorKind.Unauthenticated)
        {
            return false;
        }
    }
}
