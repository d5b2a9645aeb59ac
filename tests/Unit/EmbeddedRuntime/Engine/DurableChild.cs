using CvatServerless.EmbeddedRuntime.Engine;
using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>
/// Lets the test executable stand in for an app: with DOTNET_STARTUP_HOOKS naming this assembly the runtime calls this before Main,
/// and Main, with its tests, is never reached.
/// </summary>
#pragma warning disable CA1050 // the runtime looks for this name in the global namespace
internal static class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(CvatServerless.Tests.Unit.EmbeddedRuntime.Engine.DurableChild.FolderVariable) is { } folder)
        {
            Environment.Exit(CvatServerless.Tests.Unit.EmbeddedRuntime.Engine.DurableChild.RunAsync(folder).GetAwaiter().GetResult());
        }
    }
}

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine
{
    /// <summary>One orchestration with a bit of everything, in a process that is killed again and again.</summary>
    internal static class DurableChild
    {
        public const string FolderVariable = "DURABLE_CHILD_FOLDER";
        public const string InstanceId = "work";

        public static IReadOnlyList<string> Effects { get; } = ["first", "part 0", "part 1", "part 2", "in child", "second generation"];

        /// <summary>Starts the orchestration unless it is there, and waits for its end.</summary>
        public static async Task<int> RunAsync(string folder)
        {
            var converter = new PayloadConverter();
            var options = new DurableEngineOptions().WithSwitches(Environment.GetEnvironmentVariable);
            using var hub = new SqliteTaskHub(Path.Combine(folder, "hub.db"), options.AfterCommit());
            await using var engine = new DurableEngine(hub, Functions(folder, converter), converter, options, TimeProvider.System, NullLoggerFactory.Instance);
            var client = new EmbeddedDurableTaskClient(hub, new Lazy<DurableEngine>(engine), converter, TimeProvider.System);
            engine.Start();
            if (await client.GetInstanceAsync(InstanceId) is null)
            {
                await client.ScheduleNewOrchestrationInstanceAsync("Work", 0, new StartOrchestrationOptions(InstanceId));
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var end = await client.WaitForInstanceCompletionAsync(InstanceId, true, limit.Token);
            return end.ReadOutputAs<string>() == "second generation" ? 0 : 1;
        }

        private static TestFunctions Functions(string folder, PayloadConverter converter)
        {
            var functions = new TestFunctions(converter);
            functions.Activities["Effect"] = async input =>
            {
                var text = converter.Deserialize<string>(input)!;
                await File.AppendAllTextAsync(Path.Combine(folder, $"effect {text}"), "x");
                return text;
            };
            functions.Orchestrators["Child"] = async context =>
            {
                await context.CallActivityAsync("Effect", "in child");
                context.SendEvent(context.Parent!.InstanceId, "go", "x");
                return null;
            };
            functions.Orchestrators["Work"] = async context =>
            {
                if (context.GetInput<int>() == 1)
                {
                    return await context.CallActivityAsync<string>("Effect", "second generation");
                }

                await context.CallActivityAsync("Effect", "first");
                await Task.WhenAll(Enumerable.Range(0, 3).Select(n => context.CallActivityAsync("Effect", $"part {n}")));
                var go = context.WaitForExternalEvent<string>("go");
                await context.CallSubOrchestratorAsync("Child");
                await context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None);
                await go;
                context.ContinueAsNew(1);
                return null;
            };
            return functions;
        }
    }
}
