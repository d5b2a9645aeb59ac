using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Changed code and foreign awaits: rules 2, 3 and 24, the latter stricter than the platform, which hangs.</summary>
public sealed class DeterminismTests
{
    [Theory]
    [InlineData("other-activity", "scheduled an activity task named 'Other'")]
    [InlineData("timer", "asked for a timer")]
    [InlineData("nothing", "asked for nothing")]
    public async Task Replay_OfChangedCode_Fails(string change, string expected)
    {
        await using var engine = Changing(change);

        await engine.StartAsync("Main", id: "c");
        await engine.UntilHistoryAsync("c", HistoryKind.TaskCompleted);
        engine.Functions.Orchestrators["Main"] = engine.Functions.Orchestrators["Changed"];
        await engine.RaiseAsync("c", "go", "x");

        var end = await engine.EndAsync("c");
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        end.SerializedOutput.ShouldStartWith("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException: ");
        end.SerializedOutput!.ShouldContain(expected);
    }

    [Theory]
    [InlineData("other-case")]
    [InlineData("other-input")]
    [InlineData("added-after")]
    public async Task Replay_OfHarmlessChanges_IsNotNoticed(string change)
    {
        await using var engine = Changing(change);

        await engine.StartAsync("Main", id: "c");
        await engine.UntilHistoryAsync("c", HistoryKind.TaskCompleted);
        engine.Functions.Orchestrators["Main"] = engine.Functions.Orchestrators["Changed"];
        await engine.RaiseAsync("c", "go", "x");

        (await engine.EndAsync("c")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public async Task StrictReplay_OrchestratorThatLooksAtAStatic_Fails()
    {
        await using var engine = new EngineHarness(EngineMode.StrictReplay);
        var runs = 0;
        engine.Orchestrator("Main", _ => Task.FromResult<object?>(runs++));

        (await engine.RunAsync("Main")).SerializedOutput!.ShouldContain("NonDeterministicOrchestrationException");
    }

    [Theory]
    [InlineData("delay-first")]
    [InlineData("delay-later")]
    [InlineData("delay-beside-a-wait")]
    [InlineData("configure-await")]
    [InlineData("configure-await-beside-a-wait")]
    [InlineData("task-run")]
    public async Task ForeignAwait_FailsAndSaysWhy(string how)
    {
        await using var engine = new EngineHarness();
        var elsewhere = new TaskCompletionSource();
        engine.Activity<string>("Echo", text => text);
        engine.Orchestrator("Main", async context =>
        {
            switch (how)
            {
                case "delay-first":
                    await elsewhere.Task;
                    break;
                case "delay-later":
                    await context.CallActivityAsync("Echo");
                    await elsewhere.Task;
                    break;
                case "delay-beside-a-wait":
                    await Task.WhenAny(context.WaitForExternalEvent<string>("never"), elsewhere.Task);
                    break;
                case "configure-await":
                    await context.CallActivityAsync("Echo").ConfigureAwait(false);
                    await context.CallActivityAsync("Echo");
                    break;
                case "configure-await-beside-a-wait":
                    _ = context.WaitForExternalEvent<string>("never");
                    await context.CallActivityAsync("Echo").ConfigureAwait(false);
                    await context.CallActivityAsync("Echo");
                    break;
                case "task-run":
                    await Task.Run(() => context.CallActivityAsync("Echo"), CancellationToken.None);
                    break;
            }

            return "returned";
        });

        await engine.StartAsync("Main", id: "f");
        await engine.UntilAsync("f", (row, _) => row.Status != OrchestrationRuntimeStatus.Pending);
        if (how == "delay-beside-a-wait")
        {
            _ = Task.Run(elsewhere.SetResult, TestContext.Current.CancellationToken);
        }

        var end = await engine.EndAsync("f");
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        end.SerializedOutput.ShouldStartWith("System.InvalidOperationException: The orchestrator 'Main' ");
    }

    [Fact]
    public async Task Context_UsedOnAnotherThread_Throws()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", context =>
        {
            var seen = "nothing";
            var other = new Thread(() => seen = Record.Exception(() => context.SetCustomStatus("x"))?.GetType().Name ?? seen);
            other.Start();
            other.Join();
            return Task.FromResult<object?>($"{seen} {context.Name} {context.IsReplaying}");
        });

        (await engine.RunAsync("Main")).ReadOutputAs<string>().ShouldBe("InvalidOperationException Main False");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Yield_StaysOnTheThread(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Activity<string>("Echo", text => text);
        engine.Orchestrator("Main", async context =>
        {
            await Task.Yield();
            return await context.CallActivityAsync<string>("Echo", "x");
        });

        (await engine.RunAsync("Main")).ReadOutputAs<string>().ShouldBe("x");
    }

    private static EngineHarness Changing(string change)
    {
        var engine = new EngineHarness();
        engine.Activity<string>("Echo", text => text);
        engine.Activity<string>("Other", text => text);
        engine.Orchestrator("Main", async context =>
        {
            var result = await context.CallActivityAsync<string>("Echo", "x");
            return result + await context.WaitForExternalEvent<string>("go");
        });
        engine.Orchestrator("Changed", async context =>
        {
            var result = change switch
            {
                "other-activity" => await context.CallActivityAsync<string>("Other", "x"),
                "other-case" => await context.CallActivityAsync<string>("ECHO", "x"),
                "other-input" => await context.CallActivityAsync<string>("Echo", "y"),
                "added-after" => await context.CallActivityAsync<string>("Echo", "x"),
                _ => string.Empty,
            };
            if (change == "timer")
            {
                await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            }

            result += await context.WaitForExternalEvent<string>("go");
            return change == "added-after" ? result + await context.CallActivityAsync<string>("Echo", "more") : result;
        });
        return engine;
    }
}
