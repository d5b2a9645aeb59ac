using System.Net.Http.Headers;
using System.Text;
using CvatServerless.Functions;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

[assembly: AssemblyFixture(typeof(ApiFixture))]

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>The whole server in this process, on a port of its own and with an empty data folder.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private const string AdminPassword = "administrator-1";
    private const string UserPassword = "correct horse battery";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cvatserverless-api-");
    private readonly IHost _host;
    private readonly ServiceProvider _clients;
    private string _origin = "";
    private int _users;

    public ApiFixture()
    {
        _host = Server.Build(
        [
            "--urls=http://127.0.0.1:0",
            "--EMBEDDED_RUNTIME_ASSEMBLY=CvatServerless.Functions",
            $"--CVATSERVERLESS_DATA={_data.FullName}",
            "--CVATSERVERLESS_REGISTRATION=open",
            "--CVATSERVERLESS_ANONYMOUS_PER_MINUTE=0",
            $"--CVATSERVERLESS_ADMIN_PASSWORD={AdminPassword}",
            $"--CVATSERVERLESS_WEB_ROOT={WebRoot(_data)}",
        ]);
        _clients = new ServiceCollection()
            .AddSingleton<Contract>()
            .AddTransient<ContractHandler>()
            .AddHttpClient("api")
            .ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false })
            .AddHttpMessageHandler<ContractHandler>()
            .Services.BuildServiceProvider();
    }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Origin => _origin;

    /// <summary>The services of the server.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>The OpenAPI document.</summary>
    public Contract Contract => _clients.GetRequiredService<Contract>();

    /// <summary>Nobody.</summary>
    public Caller Anonymous => Caller(null);

    /// <summary>The first account.</summary>
    public Caller Admin => Caller(Basic("admin", AdminPassword));

    /// <summary>A new account of the group <c>user</c>; its name begins as asked.</summary>
    public async Task<Caller> NewUserAsync(string name)
    {
        var username = $"{name}-{Interlocked.Increment(ref _users)}";
        var answer = await Anonymous.PostAsync("/api/auth/register", new
        {
            username,
            email = $"{username}@example.test",
            password1 = UserPassword,
            password2 = UserPassword,
        });
        var caller = Caller(Basic(username, UserPassword));
        var self = await caller.GetAsync("/api/users/self");
        return caller with { Id = self.Body.GetProperty("id").GetInt32(), Username = username, Key = answer.Body.GetProperty("key").GetString() };
    }

    /// <summary>Somebody who shows this header.</summary>
    public Caller Caller(AuthenticationHeaderValue? authorization) =>
        new(_clients.GetRequiredService<IHttpClientFactory>().CreateClient("api"), _origin, authorization);

    public async ValueTask InitializeAsync()
    {
        await Server.PrepareAsync(_host);
        await _host.StartAsync();
        _origin = _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _clients.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private static AuthenticationHeaderValue Basic(string username, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));

    private static string WebRoot(DirectoryInfo data)
    {
        var root = data.CreateSubdirectory("web");
        File.WriteAllText(Path.Combine(root.FullName, "index.html"), "<!doctype html><title>CvatServerless</title>");
        File.WriteAllText(Path.Combine(root.CreateSubdirectory("assets").FullName, "app-0a1b2c3d.js"), "export {}");
        return root.FullName;
    }
}
