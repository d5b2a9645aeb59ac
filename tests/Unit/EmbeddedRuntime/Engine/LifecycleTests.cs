using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Timers, completion gate, terminate, suspend, starting over: rules 6, 9, 10, 12 and 13.</summary>
public sealed class LifecycleTests
{
    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Timer_LongerThanThreeDays_IsAChain(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });
        var start = engine.Time.GetUtcNow().UtcDateTime;

        await engine.StartAsync("Main", id: "t");
        for (var timers = 1; timers <= 3; timers++)
        {
            await engine.UntilHistoryAsync("t", HistoryKind.TimerCreated, timers);
            engine.Time.Advance(TimeSpan.FromDays(timers < 3 ? 3 : 1));
        }

        (await engine.EndAsync("t")).ReadOutputAs<DateTime>().ShouldBe(start.AddDays(7));
    }

    [Theory]
    [InlineData(EngineMode.Plain, false)]
    [InlineData(EngineMode.StrictReplay, false)]
    [InlineData(EngineMode.Plain, true)]
    public async Task Gate_OpenTimer_HoldsBackResultAndFailure(EngineMode mode, bool fails)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromSeconds(6), CancellationToken.None);
            return fails ? throw new InvalidOperationException("thrown") : Task.FromResult<object?>("returned");
        });

        await engine.StartAsync("Main", id: "g");
        await engine.UntilHistoryAsync("g", HistoryKind.TimerCreated);
        (await engine.FindAsync("g"))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.Time.Advance(TimeSpan.FromSeconds(6));

        (await engine.EndAsync("g")).SerializedOutput.ShouldBe(fails ? "System.InvalidOperationException: thrown" : "\"returned\"");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Gate_CancelledTimerAndOpenWait_DoNotHold(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", context =>
        {
            using var cancellation = new CancellationTokenSource();
            _ = context.CreateTimer(TimeSpan.FromDays(6), cancellation.Token);
            _ = context.WaitForExternalEvent<string>("never");
            cancellation.Cancel();
            return Task.FromResult<object?>("returned");
        });

        (await engine.RunAsync("Main")).ReadOutputAs<string>().ShouldBe("returned");
    }

    [Fact]
    public async Task Gate_OpenActivity_HoldsUntilItEnds()
    {
        await using var engine = new EngineHarness();
        var gate = new TaskCompletionSource<object?>();
        engine.Activity<string>("Slow", _ => gate.Task);
        engine.Orchestrator("Main", context =>
        {
            _ = context.CallActivityAsync("Slow");
            return Task.FromResult<object?>("returned");
        });

        await engine.StartAsync("Main", id: "g");
        await engine.UntilHistoryAsync("g", HistoryKind.TaskScheduled);
        (await engine.FindAsync("g"))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        gate.SetResult(null);

        (await engine.EndAsync("g")).ReadOutputAs<string>().ShouldBe("returned");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Terminate_WhileAnActivityRuns_DropsItsResult(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        var gate = new TaskCompletionSource<object?>();
        engine.Activity<string>("Slow", _ => gate.Task);
        engine.Activity<string>("Next", _ => (object?)null);
        engine.Orchestrator("Main", async context =>
        {
            context.SetCustomStatus("kept");
            await context.CallActivityAsync("Slow");
            await context.CallActivityAsync("Next");
            return "returned";
        });

        await engine.StartAsync("Main", id: "t");
        await engine.UntilHistoryAsync("t", HistoryKind.TaskScheduled);
        await engine.TerminateAsync("t", new { why = 1 });
        var end = await engine.EndAsync("t");
        gate.SetResult(null);
        await engine.RestartAsync();

        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        end.SerializedOutput.ShouldBe("{\"why\":1}");
        end.SerializedCustomStatus.ShouldBe("\"kept\"");
        engine.Functions.Calls.ShouldNotContain("Next");
    }

    [Fact]
    public async Task Terminate_OfAChild_FailsTheParentsCallWithoutDetails()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Child", async context => await context.WaitForExternalEvent<string>("never"));
        engine.Orchestrator("Main", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Child", null, new SubOrchestrationOptions(instanceId: "kid"));
            }
            catch (TaskFailedException e)
            {
                return e.FailureDetails is null;
            }
        });

        await engine.StartAsync("Main", id: "m");
        await engine.UntilStatusAsync("kid", OrchestrationRuntimeStatus.Running);
        await engine.TerminateAsync("kid");

        (await engine.EndAsync("m")).ReadOutputAs<bool>().ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Suspend_QueuesEventsInOrderUntilResume(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", async context =>
        {
            context.SetCustomStatus("waiting");
            var a = await context.WaitForExternalEvent<string>("go");
            context.SetCustomStatus("got " + a);
            return a + await context.WaitForExternalEvent<string>("go");
        });

        await engine.StartAsync("Main", id: "s");
        await engine.UntilStatusAsync("s", OrchestrationRuntimeStatus.Running);
        await engine.SuspendAsync("s", "why");
        await engine.UntilStatusAsync("s", OrchestrationRuntimeStatus.Suspended);
        await Should.ThrowAsync<Grpc.Core.RpcException>(() => engine.SuspendAsync("s"));
        await engine.RaiseAsync("s", "go", "1");
        await engine.RaiseAsync("s", "go", "2");
        await engine.UntilHistoryAsync("s", HistoryKind.EventRaised, 2);
        (await engine.FindAsync("s"))!.SerializedCustomStatus.ShouldBe("\"waiting\"");
        await engine.ResumeAsync("s", "reason");

        var end = await engine.EndAsync("s");
        end.ReadOutputAs<string>().ShouldBe("12");
        end.SerializedCustomStatus.ShouldBe("\"got 1\"");
    }

    [Fact]
    public async Task Resume_WithoutEvents_LeavesItsReasonAsTheOutput()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", async context => await context.WaitForExternalEvent<string>("go"));

        await engine.StartAsync("Main", id: "s");
        await engine.UntilStatusAsync("s", OrchestrationRuntimeStatus.Running);
        await engine.SuspendAsync("s");
        await engine.UntilStatusAsync("s", OrchestrationRuntimeStatus.Suspended);
        await engine.ResumeAsync("s", "reason");
        await engine.UntilStatusAsync("s", OrchestrationRuntimeStatus.Running);

        (await engine.FindAsync("s"))!.SerializedOutput.ShouldBe("reason");
        await Should.ThrowAsync<Grpc.Core.RpcException>(() => engine.ResumeAsync("s"));
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Suspend_WhileAnActivityRuns_HoldsTheNextStep(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        var gate = new TaskCompletionSource<object?>();
        engine.Activity<string>("One", _ => gate.Task);
        engine.Activity<string>("Two", _ => (object)"two");
        engine.Orchestrator("Main", async context =>
        {
            await context.CallActivityAsync("One");
            return await context.CallActivityAsync<string>("Two");
        });

        await engine.StartAsync("Main", id: "s");
        await engine.UntilHistoryAsync("s", HistoryKind.TaskScheduled);
        await engine.SuspendAsync("s");
        await engine.UntilStatusAsync("s", OrchestrationRuntimeStatus.Suspended);
        gate.SetResult(null);
        await engine.UntilHistoryAsync("s", HistoryKind.TaskCompleted);
        engine.Functions.Calls.ShouldNotContain("Two");
        await engine.ResumeAsync("s");

        (await engine.EndAsync("s")).ReadOutputAs<string>().ShouldBe("two");
    }

    [Theory]
    [InlineData(EngineMode.Plain, true, "b")]
    [InlineData(EngineMode.StrictReplay, true, "b")]
    [InlineData(EngineMode.Plain, false, "c")]
    public async Task ContinueAsNew_KeepsOrDropsBufferedEvents(EngineMode mode, bool keep, string expected)
    {
        await using var engine = new EngineHarness(mode);
        var gate = new TaskCompletionSource<object?>();
        engine.Activity<string>("Busy", _ => gate.Task);
        engine.Orchestrator("Main", async context =>
        {
            var generation = context.GetInput<int>();
            var got = await context.WaitForExternalEvent<string>("go");
            if (generation == 1)
            {
                return got;
            }

            context.SetCustomStatus("first");
            await context.CallActivityAsync("Busy");
            context.ContinueAsNew(1, keep);
            return "ignored";
        });

        await engine.StartAsync("Main", 0, "c");
        await engine.RaiseAsync("c", "go", "a");
        await engine.RaiseAsync("c", "go", "b");
        await engine.UntilHistoryAsync("c", HistoryKind.EventRaised, 2);
        gate.SetResult(null);
        await engine.UntilAsync("c", (row, history) => row.Input == "1" && history.Count > 0);
        if (!keep)
        {
            await engine.RaiseAsync("c", "go", "c");
        }

        var end = await engine.EndAsync("c");
        end.ReadOutputAs<string>().ShouldBe(expected);
        end.SerializedInput.ShouldBe("1");
        end.SerializedCustomStatus.ShouldBe("null");
    }

    [Fact]
    public async Task ContinueAsNew_ThenThrow_Fails()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", context =>
        {
            context.ContinueAsNew(1);
            throw new InvalidOperationException("after");
        });

        (await engine.RunAsync("Main")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task ContinueAsNew_OfAChild_AnswersTheParentAtTheEnd(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Activity<int>("Echo", n => n);
        engine.Orchestrator("Child", async context =>
        {
            var n = await context.CallActivityAsync<int>("Echo", context.GetInput<int>());
            if (n < 3)
            {
                context.ContinueAsNew(n + 1);
            }

            return n;
        });
        engine.Orchestrator("Main", async context => await context.CallSubOrchestratorAsync<int>("Child", 0));

        (await engine.RunAsync("Main")).ReadOutputAs<int>().ShouldBe(3);
    }
}
