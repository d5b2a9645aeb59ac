using System.Collections.Concurrent;
using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Activities, children, clock, ids and status: rules 1, 2, 5, 7, 15, 16, 18, 19 and 23 of the platform model.</summary>
public sealed class SequenceTests
{
    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Run_ActivityChildTimerEvent_Completes(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Activity<string>("Echo", text => text);
        engine.Orchestrator("Child", async context => $"{await context.CallActivityAsync<string>("Echo", context.GetInput<string>())} of {context.Parent!.Name}:{context.Parent.InstanceId}");
        engine.Orchestrator("Main", async context =>
        {
            var a = await context.CallActivityAsync<string>("Echo", "a");
            var b = await context.CallSubOrchestratorAsync<string>("Child", "b", new SubOrchestrationOptions(instanceId: "kid"));
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return $"{a} {b} {await context.WaitForExternalEvent<string>("go")}";
        });

        await engine.StartAsync("Main", id: "one");
        await engine.UntilHistoryAsync("one", HistoryKind.TimerCreated);
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        await engine.RaiseAsync("one", "GO", "c");
        var end = await engine.EndAsync("one");

        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        end.ReadOutputAs<string>().ShouldBe("a b of Main:one c");
        (await engine.FindAsync("kid"))!.ReadOutputAs<string>().ShouldBe("b of Main:one");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task WhenAll_FanOut_KeepsTheOrderOfTheCalls(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Activity<int>("Square", n => (object)(n * n));
        engine.Orchestrator("Fan", async context => await Task.WhenAll(Enumerable.Range(0, 20).Select(n => context.CallActivityAsync<int>("square", n))));

        var end = await engine.RunAsync("FAN");

        end.Name.ShouldBe("FAN");
        end.ReadOutputAs<int[]>().ShouldBe(Enumerable.Range(0, 20).Select(n => n * n));
    }

    [Fact]
    public async Task Replay_EachEpisode_PassesAgainAndLogsOnce()
    {
        await using var engine = new EngineHarness();
        var passes = new ConcurrentQueue<string>();
        engine.Activity<string>("Echo", text => text);
        engine.Orchestrator("Main", async context =>
        {
            passes.Enqueue($"0 {context.IsReplaying}");
            await context.CallActivityAsync("Echo", "x");
            passes.Enqueue($"1 {context.IsReplaying}");
            await context.CallActivityAsync("Echo", "y");
            passes.Enqueue($"2 {context.IsReplaying}");
            return null;
        });

        await engine.RunAsync("Main");

        passes.ShouldBe(["0 False", "0 True", "1 False", "0 True", "1 True", "2 False"]);
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task ClockAndIds_InEveryReplay_AreTheSame(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        var seen = new ConcurrentBag<string>();
        engine.Activity<int>("Wait", _ =>
        {
            engine.Time.Advance(TimeSpan.FromSeconds(3));
            return (object?)null;
        });
        engine.Orchestrator("Main", async context =>
        {
            var start = context.CurrentUtcDateTime;
            var ids = $"{context.NewGuid()} {context.NewGuid()} {start:o}";
            await context.CallActivityAsync("Wait", 1);
            seen.Add(ids);
            await context.CallActivityAsync("Wait", 2);
            return $"{start.Kind} {context.CurrentUtcDateTime > start} {ids[14]}";
        });

        var end = await engine.RunAsync("Main");

        end.ReadOutputAs<string>().ShouldBe("Utc True 5");
        seen.Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task CustomStatus_WhileItWaits_ShowsTheLastOne(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", async context =>
        {
            context.SetCustomStatus("text");
            await context.WaitForExternalEvent<string>("next");
            context.SetCustomStatus(new { Step = 2 });
            await context.WaitForExternalEvent<string>("next");
            context.SetCustomStatus(null);
            return null;
        });

        await engine.StartAsync("Main", id: "s");
        await engine.UntilAsync("s", (row, _) => row.CustomStatus == "\"text\"");
        await engine.RaiseAsync("s", "next");
        await engine.UntilAsync("s", (row, _) => row.CustomStatus == "{\"Step\":2}");
        await engine.RaiseAsync("s", "next");

        (await engine.EndAsync("s")).SerializedCustomStatus.ShouldBe("null");
    }

    [Fact]
    public async Task CustomStatus_TooLong_FailsTheInstance()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", context =>
        {
            context.SetCustomStatus(new string('s', context.GetInput<int>()));
            return Task.FromResult<object?>("done");
        });

        (await engine.RunAsync("Main", PayloadConverter.MaxCustomStatusChars - 2)).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        (await engine.RunAsync("Main", PayloadConverter.MaxCustomStatusChars - 1)).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    [Fact]
    public async Task Payload_Over32KiB_IsRefusedEverywhere()
    {
        await using var engine = new EngineHarness();
        var big = new string('x', PayloadConverter.MaxPayloadBytes);
        engine.Activity<int>("Make", _ => (object)big);
        engine.Orchestrator("FromActivity", async context => await context.CallActivityAsync<string>("Make", 1));
        engine.Orchestrator("Output", _ => Task.FromResult<object?>(big));
        engine.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("go"));

        await Should.ThrowAsync<ArgumentException>(() => engine.StartAsync("Wait", big));
        await engine.StartAsync("Wait", id: "w");
        await Should.ThrowAsync<ArgumentException>(() => engine.RaiseAsync("w", "go", big));
        (await engine.RunAsync("FromActivity")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        (await engine.RunAsync("Output")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    [Fact]
    public async Task CallActivity_OptionsAsInput_Throws()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Echo", (object)new TaskOptions()));

        (await engine.RunAsync("Main")).SerializedOutput.ShouldStartWith("System.ArgumentException: ");
    }

    [Fact]
    public async Task SubOrchestrator_IdOfARunningInstance_FailsTheCall()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("go"));
        engine.Orchestrator("Main", async context => await context.CallSubOrchestratorAsync<string>("Wait", null, new SubOrchestrationOptions(instanceId: "taken")));

        await engine.StartAsync("Wait", id: "taken");

        (await engine.RunAsync("Main")).SerializedOutput!.ShouldContain("already exists");
    }

    [Fact]
    public void IsEnabled_WhileReplaying_IsFalse()
    {
        var execution = new ExecutionInfo("i", "e", "Main", null, null);
        var runner = new OrchestrationRunner(execution, new PayloadConverter(), LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace)), TimeSpan.FromDays(3));
        var enabled = new List<bool>();
        HistoryEvent[] past = [new(HistoryKind.OrchestratorStarted, default), new(HistoryKind.ExecutionStarted, default), new(HistoryKind.TaskScheduled, default) { TaskId = 0, Name = "A" }];

        runner.Run(past, [new(HistoryKind.TaskCompleted, default) { TaskId = 0 }], async () =>
        {
            var log = runner.Context.CreateReplaySafeLogger("x");
            enabled.Add(log.IsEnabled(LogLevel.Error));
            await runner.Context.CallActivityAsync("A");
            enabled.Add(runner.Context.IsReplaying);
            return null;
        });

        enabled.ShouldBe([false, false]);
    }
}
