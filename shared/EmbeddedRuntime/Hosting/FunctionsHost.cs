using System.Net.Sockets;
using System.Reflection;
using CvatServerless.EmbeddedRuntime.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>The host of an app: Kestrel, the functions, and the listeners of their triggers.</summary>
internal sealed class FunctionsHost(WebApplication web) : IHost, IAsyncDisposable
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    /// <inheritdoc/>
    public IServiceProvider Services => web.Services;

    /// <summary>A builder with nothing but what the platform gives an app, and Kestrel.</summary>
    public static WebApplicationBuilder CreateWebBuilder(string[] args, Assembly app, string? folder = null)
    {
        var environment = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT") ?? Environments.Production;
        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = folder ?? AppContext.BaseDirectory,
            EnvironmentName = environment,
            ApplicationName = app.GetName().Name,
        });
        web.Configuration.AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, DefaultUrl)]);
        web.Configuration.AddEnvironmentVariables("AZURE_FUNCTIONS_");
        web.Configuration.AddEnvironmentVariables("ASPNETCORE_");
        web.Configuration.AddEnvironmentVariables();
        web.Configuration.AddCommandLine(args);
        web.WebHost.UseKestrelCore();
        web.Logging.AddConsole(options => options.FormatterName = Microsoft.Extensions.Logging.Console.ConsoleFormatterNames.Simple);
        web.Services.Configure<Microsoft.Extensions.Logging.Console.SimpleConsoleFormatterOptions>(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss.fff ";
            options.UseUtcTimestamp = true;
        });
        web.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        web.Services.AddSingleton(new ApplicationPartManager()); // functions are no controllers: nothing is to be scanned
        web.Services.AddMvcCore(); // the executors of IActionResult
        web.Services.TryAddSingleton(TimeProvider.System);
        return web;
    }

    /// <summary>Finds the functions, checks them, and builds the host.</summary>
    /// <exception cref="StartupException">Functions or their routes are not acceptable.</exception>
    public static FunctionsHost Build(
        WebApplicationBuilder web, IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware, IReadOnlyCollection<Type> types)
    {
        var settings = new HostSettings(web.Environment.ContentRootPath, web.Configuration);
        var functions = FunctionCatalog.FromTypes(types);
        ConfigureLogging(web.Logging, settings);

        var services = web.Services;
        services.AddSingleton(settings);
        services.AddSingleton(functions);
        services.AddSingleton<FunctionExecutor>();
        services.AddSingleton(provider => new InvocationPipeline(middleware, provider.GetRequiredService<FunctionExecutor>().ExecuteAsync));
        services.AddSingleton<IFunctionInvoker, FunctionInvoker>();
        services.AddSingleton<HttpFrontDoor>();
        services.AddSingleton(provider => RouteTable.Create(functions, settings, provider));
        foreach (var extension in RuntimeExtensions.All)
        {
            extension.Register(services, functions, settings);
        }

        var app = web.Build();
        app.Run(app.Services.GetRequiredService<HttpFrontDoor>().HandleAsync);
        return new FunctionsHost(app);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Services.GetRequiredService<FunctionCatalog>().Functions.Any(function => function.TriggerType != "httpTrigger" || function.Outputs.Count > 0))
        {
            RuntimeFiles.EnsureWritable(Services.GetRequiredService<HostSettings>());
        }

        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new StartupException(e.Message.ReplaceLineEndings(" "), e);
        }
        catch (SocketException e)
        {
            throw new StartupException($"The server can't listen on {web.Configuration[WebHostDefaults.ServerUrlsKey]}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken = default) => web.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)web).Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static void ConfigureLogging(ILoggingBuilder logging, HostSettings settings)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical); // failures of functions are logged once, by the front door
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // a start that fails is told by its exception
        foreach (var level in settings.HostJson.GetSection("logging:logLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out var value))
            {
                throw new StartupException($"host.json: '{level.Value}' is no log level.");
            }

            if (level.Key.Equals("default", StringComparison.OrdinalIgnoreCase))
            {
                logging.SetMinimumLevel(value);
            }
            else
            {
                logging.AddFilter(level.Key, value);
            }
        }
    }
}

/// <summary>The parts of the runtime that bring triggers and bindings.</summary>
internal static class RuntimeExtensions
{
    public static IReadOnlyList<IRuntimeExtension> All { get; } =
    [
        new Queues.QueueExtension(),
        new Timers.TimerExtension(),
        new Engine.DurableExtension(),
    ];
}
