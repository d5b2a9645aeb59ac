using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Failures and retries: rules 14 and 17.</summary>
public sealed class FailureTests
{
    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Catch_ActivityFailure_ShowsDetailsAndChain(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Throwing("Throw", () => new OddException("outer", new InvalidOperationException("inner")));
        engine.Orchestrator("Main", async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("Throw", "x");
            }
            catch (TaskFailedException e)
            {
                var d = e.FailureDetails;
                return $"{e.TaskName} #{e.TaskId} | {e.Message} | {d} | {d.InnerFailure} | {d.IsCausedBy<IOException>()} {d.IsCausedBy<InvalidOperationException>()}";
            }
        });

        (await engine.RunAsync("Main")).ReadOutputAs<string>().ShouldBe(
            $"Throw #0 | Task 'Throw' (#0) failed with an unhandled exception: outer | {typeof(OddException).FullName}: outer | System.InvalidOperationException: inner | True False");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task Uncaught_InActivityOfChild_ReachesTheParentAsTaskFailed(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Throwing("Throw", () => new OddException("deep"));
        engine.Orchestrator("Child", async context => await context.CallActivityAsync<string>("Throw"));
        engine.Orchestrator("Main", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Child");
            }
            catch (TaskFailedException e)
            {
                return $"{e.FailureDetails.ErrorType} / {e.FailureDetails.InnerFailure?.ErrorMessage}";
            }
        });

        (await engine.RunAsync("Main")).ReadOutputAs<string>().ShouldBe("Microsoft.DurableTask.TaskFailedException / deep");
    }

    [Fact]
    public async Task Orchestrator_Throws_FailsWithTypeAndMessageAndNoDetails()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Main", _ => throw new OddException("text"));

        var end = await engine.RunAsync("Main");

        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        end.SerializedOutput.ShouldBe($"{typeof(OddException).FullName}: text");
        end.FailureDetails.ShouldBeNull();
    }

    [Fact]
    public async Task Names_ThatNoFunctionHas_Fail()
    {
        await using var engine = new EngineHarness();
        engine.Orchestrator("Activity", async context => await Caught(context.CallActivityAsync<string>("Nowhere")));
        engine.Orchestrator("Child", async context => await Caught(context.CallSubOrchestratorAsync<string>("Nowhere")));

        (await engine.RunAsync("Activity")).ReadOutputAs<string>().ShouldBe("(unknown)");
        (await engine.RunAsync("Child")).ReadOutputAs<string>().ShouldBe("no details");
        (await engine.RunAsync("Nowhere")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);

        static async Task<string> Caught(Task<string> task)
        {
            try
            {
                return await task;
            }
            catch (TaskFailedException e)
            {
                return e.FailureDetails?.ErrorType ?? "no details";
            }
        }
    }

    [Theory]
    [InlineData(EngineMode.Plain, 5, 3, "good at 3")]
    [InlineData(EngineMode.StrictReplay, 5, 3, "good at 3")]
    [InlineData(EngineMode.Plain, 2, 9, "call 2")]
    public async Task RetryPolicy_RepeatsUntilGoodOrExhausted(EngineMode mode, int attempts, int good, string expected)
    {
        await using var engine = new EngineHarness(mode);
        AddFlaky(engine, good);
        engine.Orchestrator("Main", context => TryAsync(context, TaskOptions.FromRetryPolicy(new RetryPolicy(attempts, TimeSpan.FromSeconds(10)))));

        await engine.StartAsync("Main", id: "r");
        await AdvanceToEndAsync(engine, "r");

        (await engine.EndAsync("r")).ReadOutputAs<string>().ShouldBe(expected);
    }

    [Fact]
    public async Task RetryPolicy_RefusedOrThrowingPredicate_DoesNotRepeat()
    {
        await using var engine = new EngineHarness();
        AddFlaky(engine, 9);
        engine.Orchestrator("Refused", context => TryAsync(context, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = f => !f.IsCausedBy<OddException>() })));
        engine.Orchestrator("Throws", context => TryAsync(context, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = _ => throw new OddException("in predicate") })));

        (await engine.RunAsync("Refused")).ReadOutputAs<string>().ShouldBe("call 1");
        (await engine.RunAsync("Throws")).ReadOutputAs<string>().ShouldBe("call 2");
    }

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public async Task RetryHandler_CountsFromOneAndAddsNoDelay(EngineMode mode)
    {
        await using var engine = new EngineHarness(mode);
        engine.Throwing("Flaky", () => new OddException("always"));
        engine.Orchestrator("Main", async context =>
        {
            var seen = new List<int>();
            var options = TaskOptions.FromRetryHandler((RetryContext retry) =>
            {
                seen.Add(retry.LastAttemptNumber);
                return retry.LastAttemptNumber < 3;
            });
            try
            {
                await context.CallActivityAsync("Flaky", null, options);
            }
            catch (TaskFailedException e)
            {
                return $"{string.Join(",", seen)} {e.TaskId}";
            }

            return "no failure";
        });

        (await engine.RunAsync("Main")).ReadOutputAs<string>().ShouldBe("1,2,3 2");
    }

    [Fact]
    public async Task RetryPolicy_OfAChild_UsesOneChildId()
    {
        await using var engine = new EngineHarness();
        var ids = new List<string>();
        engine.Orchestrator("Child", context =>
        {
            lock (ids)
            {
                ids.Add(context.InstanceId);
                return ids.Count < 3 ? throw new OddException("not yet") : Task.FromResult<object?>("good");
            }
        });
        engine.Orchestrator("Main", async context =>
            await context.CallSubOrchestratorAsync<string>("Child", null, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10)))));

        await engine.StartAsync("Main", id: "m");
        await AdvanceToEndAsync(engine, "m");

        (await engine.EndAsync("m")).ReadOutputAs<string>().ShouldBe("good");
        ids.Distinct().Count().ShouldBe(1);
    }

    private static void AddFlaky(EngineHarness engine, int good)
    {
        var calls = 0;
        engine.Activity<string>("Flaky", _ => Interlocked.Increment(ref calls) is var n && n < good ? throw new OddException($"call {n}") : (object)$"good at {n}");
    }

    private static async Task<object?> TryAsync(TaskOrchestrationContext context, TaskOptions options)
    {
        try
        {
            return await context.CallActivityAsync<string>("Flaky", null, options);
        }
        catch (TaskFailedException e)
        {
            return e.FailureDetails.ErrorMessage;
        }
    }

    /// <summary>Lets each timer fire as soon as it is there.</summary>
    private static async Task AdvanceToEndAsync(EngineHarness engine, string id)
    {
        for (var timers = 1; ; timers++)
        {
            await engine.UntilAsync(id, (row, history) => row.IsTerminal || history.Count(item => item.Kind == CvatServerless.EmbeddedRuntime.Engine.HistoryKind.TimerCreated) >= timers);
            if (engine.Hub.Find(id)!.IsTerminal)
            {
                return;
            }

            engine.Time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private sealed class OddException(string message, Exception? inner = null) : IOException(message, inner);
}
