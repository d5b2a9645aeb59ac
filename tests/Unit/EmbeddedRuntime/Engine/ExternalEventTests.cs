using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>External events: rule 11.</summary>
public sealed class ExternalEventTests
{
    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Events_BeforeTheWait_ComeOutInOrderWithoutRegardToCase(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        var gate = new TaskCompletionSource<object?>();
        engine.Activity<string>("Busy", _ => gate.Task);
        engine.Orchestrator("Main", async context =>
        {
            await context.CallActivityAsync("Busy");
            return new[] { await context.WaitForExternalEvent<string>("go"), await context.WaitForExternalEvent<string>("GO"), await context.WaitForExternalEvent<string?>("Go") };
        });

        await engine.StartAsync("Main", id: "e");
        await engine.RaiseAsync("e", "go", "1");
        await engine.RaiseAsync("e", "Go", "2");
        await engine.RaiseAsync("e", "gO");
        await engine.UntilHistoryAsync("e", HistoryKind.EventRaised, 3);
        gate.SetResult(null);

        (await engine.EndAsync("e")).ReadOutputAs<string?[]>().ShouldBe(["1", "2", null]);
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task OpenWaits_OfOneName_AreServedLastFirst(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", async context =>
        {
            var first = context.WaitForExternalEvent<string>("go");
            var second = context.WaitForExternalEvent<string>("go");
            return await await Task.WhenAny(first, second) == "1" ? $"{await first} {await second}" : "?";
        });

        await engine.StartAsync("Main", id: "l");
        await engine.UntilStatusAsync("l", OrchestrationRuntimeStatus.Running);
        await engine.RaiseAsync("l", "go", "1");
        await engine.RaiseAsync("l", "go", "2");

        (await engine.EndAsync("l")).ReadOutputAs<string>().ShouldBe("2 1");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Wait_ThatTimedOut_SwallowsTheNextEvent(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("go", TimeSpan.FromSeconds(5));
            }
            catch (TaskCanceledException)
            {
                await context.WaitForExternalEvent<string>("on");
                return "then " + await context.WaitForExternalEvent<string>("go");
            }
        });

        await engine.StartAsync("Main", id: "t");
        await engine.UntilHistoryAsync("t", HistoryKind.TimerCreated);
        engine.Time.Advance(TimeSpan.FromSeconds(5));
        await engine.UntilHistoryAsync("t", HistoryKind.TimerFired);
        await engine.RaiseAsync("t", "go", "swallowed");
        await engine.RaiseAsync("t", "on");
        await engine.RaiseAsync("t", "go", "taken");

        (await engine.EndAsync("t")).ReadOutputAs<string>().ShouldBe("then taken");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Wait_WithTimeout_EventInTimeCancelsTheTimer(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Main", async context => await context.WaitForExternalEvent<string>("go", TimeSpan.FromDays(7)));

        await engine.StartAsync("Main", id: "t");
        await engine.RaiseAsync("t", "go", "x");

        (await engine.EndAsync("t")).ReadOutputAs<string>().ShouldBe("x");
    }

    [Fact]
    public async Task Waits_OfOneNameAndTwoTypes_Throw()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", async context =>
        {
            _ = context.WaitForExternalEvent<int>("go");
            return await context.WaitForExternalEvent<string>("go");
        });

        (await engine.RunAsync("Main")).SerializedOutput.ShouldStartWith("System.ArgumentException: ");
    }

    [Fact]
    public async Task Payload_ThatDoesNotConvert_FailsTheFunction()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", async context => await context.WaitForExternalEvent<int>("number"));

        await engine.StartAsync("Main", id: "p");
        await engine.RaiseAsync("p", "number", "five");

        (await engine.EndAsync("p")).SerializedOutput.ShouldStartWith("{\"message\":\"Function 'Main' failed with an unhandled exception.\"");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task SendEvent_FromAnotherOrchestration_Arrives(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Orchestrator("Receiver", async context => await context.WaitForExternalEvent<string>("hello"));
        engine.Orchestrator("Sender", context =>
        {
            context.SendEvent("receiver", "hello", "there");
            context.SendEvent("nobody", "hello", "there");
            return Task.FromResult<object?>(null);
        });

        await engine.StartAsync("Receiver", id: "receiver");
        await engine.RunAsync("Sender");

        (await engine.EndAsync("receiver")).ReadOutputAs<string>().ShouldBe("there");
    }
}
