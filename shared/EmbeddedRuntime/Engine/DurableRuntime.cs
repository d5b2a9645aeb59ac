using System.Text.RegularExpressions;
using CvatServerless.EmbeddedRuntime.Hosting;
using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Brings orchestrations, activities and the durable client to the host.</summary>
internal sealed class DurableExtension : IRuntimeExtension
{
    public void Register(IServiceCollection services, FunctionCatalog functions, HostSettings settings)
    {
        if (!functions.Functions.Any(UsesDurable))
        {
            return;
        }

        services.AddSingleton(new PayloadConverter(ValueConversion.Json));
        services.AddSingleton<IDurableFunctions, DurableFunctions>();
        services.AddSingleton<DurableRuntime>();
        services.AddSingleton<DurableTaskClient>(provider => provider.GetRequiredService<DurableRuntime>().Client);
        services.AddSingleton<IInputBindingProvider, DurableBindings>();
        services.AddHostedService(provider => provider.GetRequiredService<DurableRuntime>());
    }

    private static bool UsesDurable(FunctionDescriptor function) =>
        function.Trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute || function.Parameters.Any(parameter => parameter.IsDefined(typeof(DurableClientAttribute), false));
}

/// <summary>The hub file, its engine and its client, for as long as the host lives. A lock file keeps a second process away from the hub.</summary>
internal sealed partial class DurableRuntime : IHostedService, IAsyncDisposable, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly FileStream _lock;
    private readonly SqliteTaskHub _hub;
    private readonly Lazy<DurableEngine> _engine;

    /// <exception cref="StartupException">The hub's name is not acceptable, its folder can't be written, or another process has it.</exception>
    public DurableRuntime(IServiceProvider services, HostSettings settings, PayloadConverter converter, TimeProvider time, ILoggerFactory loggers)
    {
        _services = services;
        var options = Options(settings);
        var name = settings.Resolve(settings.HostJson["extensions:durableTask:hubName"] ?? "TestHubName");
        if (!HubName().IsMatch(name))
        {
            throw new StartupException($"'{name}' can't be a task hub's name: 3 to 45 letters and digits, the first a letter.");
        }

        try
        {
            var path = Path.Combine(Directory.CreateDirectory(settings.DataDirectory).FullName, $"taskhub-{name}.db");
            _lock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _hub = new SqliteTaskHub(path, options.AfterCommit());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            throw new StartupException($"The task hub in {settings.DataDirectory} can't be opened: {e.Message}", e);
        }

        // Functions may ask for the client while they are built, so they are looked up when the first one runs.
        _engine = new Lazy<DurableEngine>(() => new DurableEngine(_hub, _services.GetRequiredService<IDurableFunctions>(), converter, options, time, loggers));
        Client = new EmbeddedDurableTaskClient(_hub, _engine, converter, time);
    }

    public DurableTaskClient Client { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _engine.Value.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _engine.Value.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated)
        {
            await _engine.Value.DisposeAsync();
        }

        Dispose();
    }

    /// <summary>For containers that are disposed of synchronously: what runs is left to its fate, the file is closed.</summary>
    public void Dispose()
    {
        _hub.Dispose();
        _lock.Dispose();
    }

    private static DurableEngineOptions Options(HostSettings settings)
    {
        var options = new DurableEngineOptions().WithSwitches(settings.Setting);
        return options with
        {
            MaxConcurrentOrchestrators = Positive("maxConcurrentOrchestratorFunctions", options.MaxConcurrentOrchestrators),
            MaxConcurrentActivities = Positive("maxConcurrentActivityFunctions", options.MaxConcurrentActivities),
        };

        int Positive(string key, int otherwise) => settings.Number($"extensions:durableTask:{key}", otherwise) is > 0 and var value
            ? value
            : throw new StartupException($"host.json: {key} must be above 0.");
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubName();
}
