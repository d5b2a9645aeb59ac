using System.Text;
using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.Hosting.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Hosting;

/// <summary>What a request brought back.</summary>
internal sealed record Answer(int Status, string Body, HttpResponseMessage Message);

/// <summary>A host for the functions of some classes, on a free port, with a folder of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly FunctionsHost _host;
    private readonly string _folder;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private TestApp(FunctionsHost host, string folder)
    {
        _host = host;
        _folder = folder;
    }

    public IServiceProvider Services => _host.Services;

    public Uri Address { get; private set; } = null!;

    /// <summary>Builds without starting; throws where the functions are not acceptable.</summary>
    public static TestApp Build(
        string hostJson, Dictionary<string, string?> settings, Type[] types, Action<IServiceCollection>? services = null,
        params Func<FunctionExecutionDelegate, FunctionExecutionDelegate>[] middleware)
    {
        var folder = Directory.CreateTempSubdirectory("runtime-test-").FullName;
        File.WriteAllText(Path.Combine(folder, "host.json"), hostJson);
        var web = FunctionsHost.CreateWebBuilder(["--urls", "http://127.0.0.1:0"], typeof(TestApp).Assembly, folder);
        web.Configuration["EMBEDDED_RUNTIME_DIRECTORY"] = Path.Combine(folder, "data");
        foreach (var (name, value) in settings)
        {
            web.Configuration[name] = value;
        }

        services?.Invoke(web.Services);
        return new TestApp(FunctionsHost.Build(web, [HttpMiddleware.Wrap, .. middleware], types), folder);
    }

    public static async Task<TestApp> StartAsync(params Type[] types) => await Build("""{"extensions":{"http":{"routePrefix":""}}}""", [], types).StartAsync();

    public async Task<TestApp> StartAsync()
    {
        await _host.StartAsync(CancellationToken.None);
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return this;
    }

    public async Task<Answer> SendAsync(string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address.ToString().TrimEnd('/') + path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _client.SendAsync(request, CancellationToken.None);
        var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        return new Answer((int)response.StatusCode, body, response);
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    public async ValueTask DisposeAsync()
    {
        if (Address is not null)
        {
            await _host.StopAsync();
        }

        await _host.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
