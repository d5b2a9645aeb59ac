using CvatServerless.EmbeddedRuntime.Engine;
using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Functions found by reflection, run through the worker's middleware: rules 18 and 22, and the bindings.</summary>
public sealed class DurableRuntimeTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-runtime-").FullName;
    private readonly List<string> _invocations = [];
    private ServiceProvider? _services;

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Run_SecondParameterAndRecord_AreBound()
    {
        var end = await RunAsync("RtGreet", new Greeting("hello", 1.50m));

        end.ReadOutputAs<string>().ShouldBe("hello 1.5, instance 3, data True");
    }

    [Fact]
    public async Task Middleware_RunsOncePerEpisodeAndActivity()
    {
        await RunAsync("RtTwice", null);

        _invocations.ShouldBe(["RtTwice orchestrationTrigger", "RtEcho activityTrigger", "RtTwice orchestrationTrigger", "RtEcho activityTrigger", "RtTwice orchestrationTrigger"]);
    }

    [Fact]
    public async Task Activity_InputOfTheWrongType_Fails() => (await RunAsync("RtMismatch", null)).ReadOutputAs<string>().ShouldBe("System.Text.Json.JsonException");

    [Fact]
    public void Register_BadSettings_SayWhatIsWrong()
    {
        Should.Throw<StartupException>(() => Build(("TASKHUB", "no-hyphens")).GetRequiredService<DurableRuntime>()).Message.ShouldContain("no-hyphens");
        Should.Throw<StartupException>(() => Build(("EMBEDDED_RUNTIME_DIRECTORY", "/proc/nowhere")).GetRequiredService<DurableRuntime>()).Message.ShouldContain("can't be opened");
    }

    [Fact]
    public void Open_HubThatIsInUse_IsRefused()
    {
        using var first = Build();
        first.GetRequiredService<DurableRuntime>();
        using var second = Build();

        Should.Throw<StartupException>(() => second.GetRequiredService<DurableRuntime>()).Message.ShouldContain("can't be opened");
    }

    private async Task<OrchestrationMetadata> RunAsync(string name, object? input)
    {
        var services = Build();
        await services.GetRequiredService<DurableRuntime>().StartAsync(TestContext.Current.CancellationToken);
        var client = services.GetRequiredService<DurableTaskClient>();
        var id = await client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions("abc"), TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await client.WaitForInstanceCompletionAsync(id, true, limit.Token);
    }

    private ServiceProvider Build(params (string Name, string Value)[] changes)
    {
        File.WriteAllText(Path.Combine(_folder, "host.json"), """{ "extensions": { "durableTask": { "hubName": "%TASKHUB%", "maxConcurrentActivityFunctions": 1 } } }""");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["TASKHUB"] = "tests1", ["EMBEDDED_RUNTIME_DIRECTORY"] = _folder })
            .AddInMemoryCollection(changes.ToDictionary(pair => pair.Name, pair => (string?)pair.Value))
            .Build();
        var settings = new HostSettings(_folder, configuration);
        var functions = FunctionCatalog.FromTypes([typeof(RtFunctions)]);
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(settings).AddSingleton(functions).AddSingleton(TimeProvider.System).AddSingleton<FunctionExecutor>().AddSingleton<IFunctionInvoker, FunctionInvoker>();
        services.AddSingleton(provider => new InvocationPipeline([Record], provider.GetRequiredService<FunctionExecutor>().ExecuteAsync));
        new DurableExtension().Register(services, functions, settings);
        return _services = services.BuildServiceProvider();
    }

    private FunctionExecutionDelegate Record(FunctionExecutionDelegate next) => async context =>
    {
        await Task.Yield();
        lock (_invocations)
        {
            _invocations.Add($"{context.FunctionDefinition.Name} {context.FunctionDefinition.InputBindings.Values.First().Type}");
        }

        await next(context);
    };

    public sealed record Greeting(string Text, decimal Price);

    public static class RtFunctions
    {
        [Function("RtEcho")]
        public static string? Echo([ActivityTrigger] string? text) => text;

        [Function("RtDescribe")]
        public static string Describe([ActivityTrigger] Greeting greeting, FunctionContext context) =>
            $"{greeting.Text} {greeting.Price}, instance {context.BindingContext.BindingData["instanceId"]!.ToString()!.Length}, data {context.BindingContext.BindingData.ContainsKey("data")}";

        [Function("RtGreet")]
        public static Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context, Greeting greeting) => context.CallActivityAsync<string>("RtDescribe", greeting);

        [Function("RtTwice")]
        public static async Task Twice([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("RtEcho", "1");
            await context.CallActivityAsync("RtEcho", "2");
        }

        [Function("RtMismatch")]
        public static async Task<string> Mismatch([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                return await context.CallActivityAsync<string>("RtDescribe", "no object");
            }
            catch (TaskFailedException e)
            {
                return e.FailureDetails.ErrorType;
            }
        }
    }
}
