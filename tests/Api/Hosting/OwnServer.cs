using System.Net.Http.Headers;
using System.Text;
using CvatServerless.Functions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>A server of its own for tests that need other settings; its answers are not held against the contract.</summary>
public sealed class OwnServer : IAsyncDisposable
{
    private const string AdminPassword = "administrator-1";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cvatserverless-own-");
    private readonly ServiceProvider _clients;
    private readonly IHost _host;
    private string _origin = "";

    private OwnServer(string[] settings)
    {
        string[] fixedSettings =
        [
            "--urls=http://127.0.0.1:0", "--EMBEDDED_RUNTIME_ASSEMBLY=CvatServerless.Functions",
            $"--CVATSERVERLESS_DATA={_data.FullName}", $"--CVATSERVERLESS_ADMIN_PASSWORD={AdminPassword}",
        ];
        _host = Server.Build([.. fixedSettings, .. settings.Select(setting => "--CVATSERVERLESS_" + setting)]);
        _clients = new ServiceCollection()
            .AddHttpClient("own").ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false })
            .Services.BuildServiceProvider();
    }

    /// <summary>The services of the server.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Nobody.</summary>
    public Caller Anonymous => As(null);

    /// <summary>The first account.</summary>
    public Caller Admin => As(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{AdminPassword}"))));

    /// <summary>Starts one; settings as <c>NAME=value</c> without their prefix.</summary>
    public static async Task<OwnServer> StartAsync(params string[] settings)
    {
        var server = new OwnServer(settings);
        await Server.PrepareAsync(server._host);
        await server._host.StartAsync();
        server._origin = server._host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    /// <summary>Somebody who shows this header.</summary>
    public Caller As(AuthenticationHeaderValue? authorization) => new(_clients.GetRequiredService<IHttpClientFactory>().CreateClient("own"), _origin, authorization);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _clients.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
