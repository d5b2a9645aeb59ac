using System.Diagnostics;
using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Restarts and killed processes: rules 4, 5 and 21.</summary>
public sealed class RecoveryTests
{
    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Restart_WhileAnActivityRuns_RunsItAgainAndNothingElse(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        var started = new TaskCompletionSource();
        var runs = 0;
        engine.Activity<string>("Before", text => text);
        engine.Activity<string>("Slow", async _ =>
        {
            started.TrySetResult();
            await (Interlocked.Increment(ref runs) == 1 ? new TaskCompletionSource().Task : Task.CompletedTask);
            return "slow";
        });
        engine.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Before", "a") + await context.CallActivityAsync<string>("Slow"));

        await engine.StartAsync("Main", id: "r");
        await started.Task;
        var before = engine.Functions.Calls.Count(name => name == "Before");
        await engine.RestartAsync();

        (await engine.EndAsync("r")).ReadOutputAs<string>().ShouldBe("aslow");
        engine.Functions.Calls.Count(name => name == "Before").ShouldBe(before);
        runs.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Restart_WhileItWaits_TimerAndEventStillArrive()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return await context.WaitForExternalEvent<string>("go");
        });

        await engine.StartAsync("Main", id: "r");
        await engine.UntilHistoryAsync("r", HistoryKind.TimerCreated);
        await engine.RestartAsync();
        engine.Time.Advance(TimeSpan.FromHours(1));
        await engine.UntilHistoryAsync("r", HistoryKind.TimerFired);
        await engine.RestartAsync();
        await engine.RaiseAsync("r", "go", "x");

        (await engine.EndAsync("r")).ReadOutputAs<string>().ShouldBe("x");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("1", "")]
    [InlineData("", "1")]
    public async Task Kill_AfterEachCheckpoint_FinishesWithEveryEffect(string strictReplay, string doubleActivities)
    {
        var folder = Directory.CreateTempSubdirectory("durable-kill-").FullName;
        try
        {
            var kills = 0;
            while (await RunChildAsync(folder, strictReplay, doubleActivities) != 0)
            {
                (++kills).ShouldBeLessThan(200);
            }

            kills.ShouldBeGreaterThan(12);
            foreach (var effect in DurableChild.Effects)
            {
                File.Exists(Path.Combine(folder, $"effect {effect}")).ShouldBeTrue(effect);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the orchestration in a process that is killed right after its first commit; 0: it had nothing left to commit.</summary>
    private static async Task<int> RunChildAsync(string folder, string strictReplay, string doubleActivities)
    {
        var assembly = typeof(RecoveryTests).Assembly.Location;
        var self = Environment.ProcessPath!; // the test program itself, or the dotnet host that runs it
        var byHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        using var process = Process.Start(new ProcessStartInfo(self, byHost ? [assembly] : [])
        {
            Environment =
            {
                ["DOTNET_STARTUP_HOOKS"] = assembly,
                [DurableChild.FolderVariable] = folder,
                ["EMBEDDED_RUNTIME_CRASH_AT"] = "1",
                ["EMBEDDED_RUNTIME_STRICT_REPLAY"] = strictReplay,
                ["EMBEDDED_RUNTIME_DOUBLE_ACTIVITIES"] = doubleActivities,
            },
        })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBeOneOf(0, 128 + 9);
        return process.ExitCode;
    }
}
